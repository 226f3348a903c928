import { type Bundle, canonicalJson, compileFolder, openApiOf, problemStatuses } from "@lintel/specs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../../executor/errors/catalogue.ts";
import { compileBase } from "../diff/base-specs.ts";

let reservations: Bundle;

beforeAll(async () => {
  const { specs } = await compileFolder("examples/reservations");
  if (specs === undefined) throw new Error("the example does not compile");
  reservations = specs.bundle;
});

const probe = "tools/probe.yaml";

function get(input: string, path = "/probe"): Bundle {
  return compileBase({
    [probe]: [
      ['{ method: POST, path: "/probe" }', `{ method: GET, path: "${path}" }`],
      ["{ type: object, properties: { x: { type: string } } }", input],
    ],
  });
}

describe("the OpenAPI document of a workspace", () => {
  it("is valid OpenAPI 3.1", async () => {
    for (const bundle of [reservations, compileBase()]) {
      // The validator resolves references in what it is given.
      const validator = new Validator();
      const result = await validator.validate(
        structuredClone(openApiOf(bundle)) as unknown as Readonly<Record<string, unknown>>,
      );
      expect(result.errors ?? []).toEqual([]);
      expect(result.valid).toBe(true);
      expect(validator.version).toBe("3.1");
    }
  });

  it("has the same bytes for the same bundle, also when it was written and read again, and its digest", () => {
    const [one, other] = [
      JSON.stringify(openApiOf(reservations)),
      JSON.stringify(openApiOf(JSON.parse(canonicalJson(reservations)) as Bundle)),
    ];
    expect(one).toBe(other);
    expect(openApiOf(reservations).info).toMatchObject({ "x-lintel-digest": reservations.digest });
  });

  it("holds every http tool and webhook, and no schedule", () => {
    const { paths } = openApiOf(reservations);
    const written = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    const called = reservations.tools.filter(({ trigger }) => trigger.type !== "schedule").map(({ name }) => name);
    expect(written.toSorted()).toEqual(called.toSorted());
    expect(called.length).toBeLessThan(reservations.tools.length);
  });

  it("knows the status of each problem of the executor's catalogue", () => {
    const statuses = Object.fromEntries(Object.entries(catalogue).map(([code, { status }]) => [code, status]));
    expect(problemStatuses).toEqual(statuses);
  });

  it("puts path parameters into the path, the rest of a GET into the query, and leaves out what a query cannot hold", () => {
    const money = "{ type: object, properties: { amount: { type: integer } } }";
    const input = `{ type: object, required: [id, q], properties: { id: { type: string }, q: { type: string, description: What }, m: ${money} } }`;
    const { paths } = openApiOf(get(input, "/probe/{id}"));
    expect(paths["/probe/{id}"]?.get?.parameters).toEqual([
      { name: "id", in: "path", required: true, schema: { type: "string" } },
      { name: "q", in: "query", required: true, description: "What", schema: { type: "string" } },
    ]);
    expect(paths["/probe/{id}"]?.get?.requestBody).toBeUndefined();
  });

  it("needs a body just where an empty object would be refused, and takes the path's parameters out of it", () => {
    const { paths } = openApiOf(compileBase());
    expect(paths["/probe"]?.post?.requestBody?.required).toBe(false);
    const rename = paths["/tickets/{id}/rename"]?.post;
    expect(rename?.requestBody).toEqual({
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["title"],
            properties: { title: { type: "string" } },
            additionalProperties: false,
          },
        },
      },
    });
  });

  it("writes paths that differ in their parameters' names only as one path", async () => {
    const bundle = get(
      "{ type: object, required: [key], properties: { key: { type: string } } }",
      "/tickets/{key}/rename",
    );
    const { paths } = openApiOf(bundle);
    const both = paths["/tickets/{key}/rename"];
    expect([both?.get?.operationId, both?.post?.operationId]).toEqual(["probe", "rename-ticket"]);
    expect(both?.post?.parameters?.[0]).toMatchObject({ name: "key", in: "path" });
    expect(
      (
        await new Validator().validate(
          structuredClone(openApiOf(bundle)) as unknown as Readonly<Record<string, unknown>>,
        )
      ).valid,
    ).toBe(true);
  });

  it("asks for any one of the roles, for a signature, or for nothing", () => {
    const { paths, components } = openApiOf(compileBase());
    expect(paths["/tickets/{id}/rename"]?.post?.security).toEqual([{ bearer: ["agent"] }, { bearer: ["customer"] }]);
    expect(paths["/hooks/delivered"]?.post?.security).toEqual([{ "signature-delivered": [] }]);
    expect(paths["/probe"]?.post?.security).toEqual([]);
    expect(components["securitySchemes"]).toMatchObject({
      bearer: { type: "http", scheme: "bearer" },
      "signature-delivered": { in: "header", name: "X-Signature" },
    });
  });

  it("marks deprecated tools, their sunset, and a risk that it is told", () => {
    const bundle = compileBase({ [probe]: [["trigger:", 'deprecated: true\nsunset: "2027-01-01"\ntrigger:']] });
    const operation = openApiOf(bundle, { risk: { probe: "green" } }).paths["/probe"]?.post;
    expect(operation).toMatchObject({ deprecated: true, "x-lintel-sunset": "2027-01-01", "x-lintel-risk": "green" });
    expect(Object.keys(operation?.responses["200"]?.headers ?? {})).toEqual(
      expect.arrayContaining(["Deprecation", "Sunset"]),
    );
  });
});
