// Decision: types for those who call a workspace from outside; nothing that serves a call is generated (docs/decisions/0011).
import type { Bundle } from "../bundle/bundle.ts";
import { rowOutput } from "../compile/crud/crud-schemas.ts";
import type { Entity } from "../language/entity.ts";
import type { HttpTrigger, Tool } from "../language/tool.ts";
import { problemsOf } from "../openapi/problems-of.ts";
import { clientRuntime } from "./client-runtime.ts";
import { docComment, typeOfSchema } from "./type-of-schema.ts";
import { uniqueNames } from "./unique-names.ts";

interface NamedTool {
  readonly tool: Tool;
  readonly trigger: HttpTrigger;
  /** `createReservation`. */
  readonly method: string;
  /** `CreateReservation`, before `Input`, `Output` and `Problem`. */
  readonly type: string;
}

/** One TypeScript file without dependencies: types of entities and http tools, and `createClient`. Same bytes for the same bundle. */
export function clientOf(bundle: Bundle): string {
  const tools = namedTools(bundle.tools);
  const sections = [
    header(bundle),
    ...bundle.entities.map(rowType),
    ...tools.flatMap((tool) => toolTypes(tool, bundle)),
    problemMap(tools),
    clientInterface(tools),
    createClient(tools),
    clientRuntime.trimEnd(),
  ];
  return `${sections.join("\n\n")}\n`;
}

function header({ workspace, digest }: Bundle): string {
  return [
    `// Client of the workspace ${workspace.name}, of bundle ${digest}.`,
    "// Written by `lintel docs --types`; changes to it are lost.",
  ].join("\n");
}

function namedTools(tools: readonly Tool[]): readonly NamedTool[] {
  const called = tools.flatMap((tool) => (tool.trigger.type === "http" ? [{ tool, trigger: tool.trigger }] : []));
  const names = called.map(({ tool }) => tool.name);
  const [methods, types] = [uniqueNames(names, camelCase), uniqueNames(names, pascalCase)];
  return called.map((item) => {
    const { name } = item.tool;
    return { ...item, method: methods.get(name) ?? name, type: types.get(name) ?? name };
  });
}

function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/u)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function camelCase(name: string): string {
  const pascal = pascalCase(name);
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  // An object with a method of this name would be taken for a promise.
  return camel === "then" ? "then_" : camel;
}

function rowType(entity: Entity): string {
  const text = docComment(`A row of ${entity.name}, as generated tools answer it. ${entity.description ?? ""}`.trim());
  return `${text.trimEnd()}\nexport type ${entity.name}Row = ${typeOfSchema(rowOutput(entity), "output")};`;
}

function toolTypes({ tool, trigger, type }: NamedTool, bundle: Bundle): readonly string[] {
  const codes = problemsOf(tool, bundle).map((code) => `  | ${JSON.stringify(code)}`);
  const output = trigger.method === "HEAD" ? "undefined" : typeOfSchema(tool.output, "output");
  return [
    `export type ${type}Input = ${typeOfSchema(tool.input, "input")};`,
    `export type ${type}Output = ${output};`,
    `/** Codes of the problems that ${tool.name} can answer. */\nexport type ${type}Problem =\n${codes.join("\n")};`,
  ];
}

function problemMap(tools: readonly NamedTool[]): string {
  const members = tools.map(({ tool, type }) => `  readonly ${JSON.stringify(tool.name)}: ${type}Problem;`);
  return `/** Problems by tool. */\nexport interface Problems {\n${members.join("\n")}\n}`;
}

function clientInterface(tools: readonly NamedTool[]): string {
  const members = tools.map((named) => {
    const { tool, method, type } = named;
    const isKeyed = tool.idempotency === "required";
    const input = `input${needsInput(tool) || isKeyed ? "" : "?"}: ${type}Input`;
    const options = isKeyed ? "options: KeyedCallOptions" : "options?: CallOptions";
    return `  ${about(named)}\n  readonly ${method}: (${input}, ${options}) => Promise<${type}Output>;`;
  });
  return `export interface Client {\n${members.join("\n")}\n}`;
}

function about({ tool, trigger }: NamedTool): string {
  const until = tool.sunset === undefined ? "" : ` until ${tool.sunset}`;
  const deprecated = tool.deprecated || tool.sunset !== undefined ? ` @deprecated${until}` : "";
  return docComment(`${tool.description ?? ""} ${trigger.method} ${trigger.path}${deprecated}`.trim()).trimEnd();
}

function needsInput({ input }: Tool): boolean {
  const required = input["required"];
  const isComposed = ["allOf", "anyOf", "oneOf"].some((key) => input[key] !== undefined);
  return isComposed || (Array.isArray(required) && required.length > 0);
}

function createClient(tools: readonly NamedTool[]): string {
  const members = tools.map(({ tool, trigger, method, type }) => {
    const route = JSON.stringify({ name: tool.name, method: trigger.method, path: trigger.path });
    return `    ${method}: (input, options) => send(client, ${route}, input, options) as Promise<${type}Output>,`;
  });
  const text = "/** Calls throw a {@link ProblemError} for every answer that is no success. */";
  return `${text}\nexport function createClient(client: ClientOptions): Client {\n  return {\n${members.join("\n")}\n  };\n}`;
}
