import type { Tool } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { compileDesign, compiled, problems, toolWith } from "../design-files.ts";

const { bundle, sources } = compiled(compileDesign());

function tool(name: string): Tool {
  const found = bundle.tools.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no tool ${name}`);
  return found;
}

const uuid = { type: "string", format: "uuid" };
const date = { type: "string", format: "date" };
const whole = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const euros = {
  type: "object",
  additionalProperties: false,
  required: ["amount", "currency"],
  properties: {
    amount: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    currency: { type: "string", enum: ["EUR"] },
  },
};

describe("the tools that crud: asks for", () => {
  it("are ordinary tools with REST routes, for the roles of each action", () => {
    const generated = bundle.tools.filter(({ origin }) => origin === "crud");
    const routes = generated.map(({ name, trigger, authorize, status }) => [
      name,
      trigger.type === "http" ? `${trigger.method} ${trigger.path}` : "",
      authorize.type === "roles" ? authorize.roles.join() : "",
      status,
    ]);
    expect(routes).toEqual([
      ["create-reservation", "POST /reservations", "agent", 201],
      ["delete-reservation", "DELETE /reservations/{id}", "agent", 200],
      ["get-reservation", "GET /reservations/{id}", "customer,agent", 200],
      ["list-reservations", "GET /reservations", "agent", 200],
      ["update-reservation", "PATCH /reservations/{id}", "agent", 200],
    ]);
    expect(sources.positions["tool/list-reservations"]).toMatchObject({ file: "entities/reservation.yaml", line: 32 });
  });

  it("take on create what is neither generated, computed nor the status, with defaults", () => {
    expect(tool("create-reservation").input).toEqual({
      type: "object",
      additionalProperties: false,
      required: ["cardToken", "customerId", "endsOn", "guestName", "roomId", "startsOn", "total"],
      properties: {
        customerId: uuid,
        roomId: uuid,
        startsOn: date,
        endsOn: date,
        total: euros,
        source: { type: "string", enum: ["web", "phone"], default: "web" },
        cardToken: { type: "string" },
        guestName: { type: "string" },
      },
    });
  });

  it("answer every field but the sensitive ones, the status, the version and the time stamps", () => {
    const { output, respond } = tool("get-reservation");
    const answered = [
      "createdAt",
      "customerId",
      "endsOn",
      "guestName",
      "id",
      "nights",
      "roomId",
      "source",
      "startsOn",
      "status",
      "total",
      "updatedAt",
      "version",
    ];
    expect(Object.keys(output["properties"] as object).sort()).toEqual(answered);
    expect(Object.keys(respond as object).sort()).toEqual(answered);
    expect(output["properties"]).toMatchObject({
      nights: whole,
      status: { type: "string", enum: ["pending", "completed", "cancelled", "confirmed"] },
    });
  });

  it("change on update only what is given, never the status, and notice another change by the version", () => {
    const { input, flow } = tool("update-reservation");
    expect(Object.keys(input["properties"] as object)).not.toContain("status");
    expect(input["required"]).toEqual(["id"]);
    const [transaction] = flow;
    const write = transaction?.type === "transaction" ? transaction.nodes[1] : undefined;
    expect(write).toMatchObject({
      action: "update",
      key: "${input.id}",
      version: "${has(input.version) ? input.version : nodes.current.version}",
      values: { startsOn: "${has(input.startsOn) ? input.startsOn : nodes.current.startsOn}" },
    });
  });

  it("write inside a transaction, and delete softly", () => {
    for (const name of ["create-reservation", "update-reservation", "delete-reservation"]) {
      expect(tool(name).flow.map(({ type }) => type)).toEqual(["transaction"]);
    }
    const [transaction] = tool("delete-reservation").flow;
    expect(transaction?.type === "transaction" ? transaction.nodes[0] : undefined).toMatchObject({
      action: "softDelete",
    });
  });

  it("filter lists by the declared fields, sort by the declared ones and never answer more than the maximum", () => {
    const { input, flow } = tool("list-reservations");
    const status = { type: "string", enum: ["pending", "completed", "cancelled", "confirmed"] };
    expect(input["properties"]).toEqual({
      status,
      status_in: { type: "array", minItems: 1, maxItems: 50, items: status },
      startsOn: date,
      startsOn_gte: date,
      startsOn_gt: date,
      startsOn_lte: date,
      startsOn_lt: date,
      startsOn_in: { type: "array", minItems: 1, maxItems: 50, items: date },
      sort: { type: "string", enum: ["startsOn", "-startsOn"] },
      limit: { type: "integer", minimum: 1, maximum: 100, default: 50 },
      cursor: { type: "string", minLength: 1, maxLength: 4096 },
    });
    expect(flow[0]).toMatchObject({
      type: "read",
      limit: 100,
      take: "${input.limit}",
      page: { after: "${has(input.cursor) ? input.cursor : null}" },
      where: {
        status: {
          eq: "${has(input.status) ? input.status : null}",
          in: "${has(input.status_in) ? input.status_in : null}",
          optional: true,
        },
        startsOn: { gte: "${has(input.startsOn_gte) ? input.startsOn_gte : null}", optional: true },
      },
      orderBy: { by: "${has(input.sort) ? input.sort : null}", allowed: ["startsOn"] },
    });
  });

  it("have schemas that a tool's own file could have", () => {
    for (const { input, output } of bundle.tools) {
      const own = toolWith("  - { id: a, type: transform, value: 1 }")
        .replace(/^input: .*$/m, `input: ${JSON.stringify(input)}`)
        .replace(/^output: .*$/m, `output: ${JSON.stringify(output)}`)
        .replace("path: /own", 'path: "/own"');
      const found = problems(compileDesign({ "tools/own.yaml": own }));
      // `respond: {}` lacks what the output requires; the schemas themselves are what this is about.
      expect(found.filter((problem) => !problem.endsWith("missing-field"))).toEqual([]);
    }
  });

  it("give way to a file of the same name", () => {
    const own = toolWith("  - { id: a, type: transform, value: 1 }").replace("own-tool", "delete-reservation");
    const changed = compiled(compileDesign({ "tools/delete-reservation.yaml": own })).bundle;
    expect(changed.tools.find(({ name }) => name === "delete-reservation")?.origin).toBe("file");
    expect(changed.tools).toHaveLength(bundle.tools.length);
  });

  it("are there for every field type, nullable or not", () => {
    const crud = "crud: { create: [agent], read: [agent], list: [agent], update: [agent], delete: [agent] }\n";
    const list =
      "list: { filterable: [arrivedAt, age, isChild, createdAt], sortable: [weight, version], maximum: 7 }\n";
    for (const entity of ["guest", "room", "customer", "amenity"]) {
      const path = `entities/${entity}.yaml`;
      const more = entity === "guest" ? crud + list : crud;
      expect(problems(compileDesign({ [path]: [["fields:", `${more}fields:`]] }))).toEqual([]);
    }
  });

  it("have plural paths", () => {
    const category =
      "apiVersion: lintel/v1\nkind: Entity\nname: RoomCategory\nfields: { id: { type: uuid, generated: true } }\ncrud: { list: [agent] }\n";
    const names = compiled(compileDesign({ "entities/category.yaml": category })).bundle.tools.map(({ name }) => name);
    expect(names).toContain("list-room-categories");
  });
});
