import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { clientOf, compileFolder } from "@lintel/specs";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bookings, startBookings } from "../../executor/start-bookings.ts";
import { compileBase } from "../diff/base-specs.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lintel-client-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** What tsc has against files, by the strictest options. */
async function complaints(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const program = ts.createProgram(
    Object.keys(files).map((name) => join(folder, name)),
    {
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitOverride: true,
      noPropertyAccessFromIndexSignature: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      // Neither a browser's nor Node.js' names are needed.
      lib: ["lib.es2022.d.ts"],
      types: [],
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName.split("/").at(-1) ?? ""}:${String(line)} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

describe("the client of a workspace", () => {
  it("is one file that compiles under the strictest options, and has the same bytes for the same bundle", async () => {
    const { specs } = await compileFolder("examples/reservations");
    if (specs === undefined) throw new Error("the example does not compile");
    const text = clientOf(specs.bundle);
    expect(text).toBe(clientOf(structuredClone(specs.bundle)));
    expect(text).not.toContain("import ");
    expect(await complaints({ "package.json": '{"type":"module"}', "example.ts": text })).toEqual([]);
  });

  it("knows what may be left out, what an answer holds, and which problems there are", async () => {
    const input =
      '{ type: object, required: [kind, n], properties: { kind: { enum: [a, b] }, n: { type: integer, default: 1 }, "x-y": { type: [string, "null"], description: "ends */ here" }, list: { type: array, items: { anyOf: [{ type: string }, { type: number }] } } } }';
    const bundle = compileBase({
      "tools/probe.yaml": [["{ type: object, properties: { x: { type: string } } }", input]],
    });
    const client = clientOf(bundle);
    const use = `import { createClient, isProblem, type ProbeInput } from "./client.ts";
      export const whole: ProbeInput = { kind: "a", n: 2, "x-y": null, list: ["a", 1] };
      const client = createClient({ baseUrl: "https://desk.test" });
      export const left = client.probe({ kind: "b" });
      // @ts-expect-error -- no such value
      export const wrong: ProbeInput = { kind: "c" };
      // @ts-expect-error -- kind is needed
      export const missing: ProbeInput = {};
      // @ts-expect-error -- no such property
      export const more: ProbeInput = { kind: "a", z: 1 };
      // @ts-expect-error -- webhooks and schedules are no calls of clients
      export const hook = client.delivered;
      export function code(error: unknown): string {
        if (!isProblem(error, "rename-ticket")) return "";
        // @ts-expect-error -- it never answers that
        if (error.code === "signature-missing") return "never";
        return error.code === "not-found" ? "gone" : error.code;
      }`;
    expect(await complaints({ "client.ts": client, "use.ts": use })).toEqual([]);
  });

  it("keeps tools apart whose names are the same in camel case, and is no promise", () => {
    const [tool] = compileBase().tools.filter(({ name }) => name === "probe");
    if (tool === undefined) throw new Error("there is no probe");
    const base = compileBase();
    const tools = ["a-1", "a1", "then"].map((name) => ({ ...tool, name }));
    const text = clientOf({ ...base, tools });
    for (const method of ["a1", "a1_2", "then_"]) expect(text).toContain(`readonly ${method}: (`);
  });
});

describe("the client, used against a running executor", () => {
  let bookings: Bookings;

  beforeAll(async () => {
    bookings = await startBookings();
  });

  afterAll(async () => {
    await bookings.stop();
  });

  it("sends input to path, query and body, returns answers, and throws problems with their code", async () => {
    const file = join(folder, "bookings.ts");
    await writeFile(file, clientOf(bookings.bundle));
    const { createClient, isProblem } = (await import(pathToFileURL(file).href)) as Generated;
    const agent = createClient({ baseUrl: `${bookings.url}/`, token: () => bookings.agent() });
    const rate = { amount: 9000, currency: "EUR" };
    const room = await agent["createRoom"]?.(
      { number: "1 ü/?", beds: 2, nightlyRate: rate },
      { idempotencyKey: "one" },
    );
    expect(room).toMatchObject({ number: "1 ü/?", beds: 2 });
    const id = String(room?.["id"]);
    expect(await agent["getRoom"]?.({ id })).toMatchObject({ number: "1 ü/?" });
    expect(await agent["updateRoom"]?.({ id, beds: 3 })).toMatchObject({ beds: 3 });
    expect(await agent["deleteRoom"]?.({ id })).toEqual({ id });
    const gone: unknown = await agent["getRoom"]?.({ id }).catch((error: unknown) => error);
    expect(gone).toMatchObject({
      status: 404,
      code: "not-found",
      tool: "get-room",
      execution: expect.any(String) as string,
    });
    expect([isProblem(gone, "get-room"), isProblem(gone, "list-rooms")]).toEqual([true, false]);
    const nobody = createClient({ baseUrl: bookings.url });
    await expect(nobody["getRoom"]?.({ id })).rejects.toMatchObject({ status: 401, code: "token-missing" });
    const wrong: unknown = await agent["createRoom"]?.({ number: 1 }).catch((error: unknown) => error);
    expect(wrong).toMatchObject({
      code: "invalid-input",
      errors: expect.arrayContaining([{ pointer: "/beds", detail: "is missing" }]) as [],
    });
  });
});

type Call = (input: object, options?: object) => Promise<Readonly<Record<string, unknown>>>;

interface Generated {
  readonly createClient: (options: object) => Readonly<Record<string, Call>>;
  readonly isProblem: (error: unknown, tool: string) => boolean;
}
