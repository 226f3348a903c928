import { isJsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import type { ValueTemplate } from "../language/flow.ts";
import type { Authorization, Concurrency, Tool, Trigger } from "../language/tool.ts";
import type { Path, Report } from "../load/report.ts";
import type { AuthoredNode } from "../nodes/node-compiler.ts";
import { isDate } from "./calendar.ts";
import { checkJsonSchema } from "./check-json-schema.ts";
import { checkRoles } from "./check-roles.ts";
import { compact } from "./compact.ts";
import type { Declared } from "./compilation.ts";
import { compileFlow } from "./compile-flow.ts";
import { type AuthoredTrigger, compileTrigger, parametersOf } from "./compile-trigger.ts";

interface AuthoredTool {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly deprecated?: boolean;
  readonly sunset?: string;
  readonly trigger: AuthoredTrigger;
  readonly authorize?: { readonly roles?: readonly string[]; readonly public?: true };
  readonly concurrency?: Concurrency;
  readonly idempotency?: Tool["idempotency"];
  readonly status?: number;
  readonly input?: JsonSchema;
  readonly output: JsonSchema;
  readonly flow: readonly AuthoredNode[];
  readonly respond: ValueTemplate;
}

/** A tool, and where each of its nodes stands in its file. */
export interface CompiledTool {
  readonly tool: Tool;
  readonly nodePaths: ReadonlyMap<string, Path>;
}

const noInput: JsonSchema = { type: "object", properties: {} };

/** Normalises a tool and resolves what it names; its expressions are checked later, against its slice. */
export function compileTool(value: JsonValue, declared: Declared, report: Report): CompiledTool {
  const authored = value as unknown as AuthoredTool;
  const trigger = compileTrigger(authored.trigger, report);
  const authorize = compileAuthorize(authored.authorize, trigger, declared, report);
  const { input = noInput, output, sunset } = authored;
  checkInput(input, trigger, report);
  checkJsonSchema(output, ["output"], report);
  if (sunset !== undefined && !isDate(sunset)) report("bad-date", ["sunset"], { value: sunset });
  const flow = compileFlow(authored.flow, declared, report);
  const tool = compact<Tool>({
    name: authored.name,
    description: authored.description,
    version: authored.version ?? "1.0.0",
    deprecated: authored.deprecated ?? false,
    sunset,
    origin: "file",
    trigger,
    authorize,
    concurrency: authored.concurrency ?? "optimistic",
    idempotency: authored.idempotency ?? (writesOverHttp(trigger) ? "optional" : "none"),
    input: trigger.type === "http" ? closed(input) : input,
    output,
    flow: flow.nodes,
    respond: authored.respond,
    status: authored.status ?? 200,
  });
  return { tool, nodePaths: flow.paths };
}

function writesOverHttp(trigger: Trigger): boolean {
  return trigger.type === "http" && trigger.method !== "GET";
}

function compileAuthorize(
  authored: AuthoredTool["authorize"],
  trigger: Trigger,
  declared: Declared,
  report: Report,
): Authorization {
  if (trigger.type !== "http") {
    if (authored !== undefined)
      report("authorize-not-applicable", ["authorize"], { trigger: trigger.type }, { at: "key" });
    return { type: trigger.type === "webhook" ? "signature" : "oidc" };
  }
  if (authored === undefined) report("missing-authorize", ["trigger"], {}, { at: "key" });
  if (authored?.public === true) return { type: "public" };
  const roles = authored?.roles ?? [];
  checkRoles(roles, ["authorize", "roles"], declared, report);
  return { type: "roles", roles };
}

function checkInput(input: JsonSchema, trigger: Trigger, report: Report): void {
  checkJsonSchema(input, ["input"], report);
  if (input["type"] !== "object") report("input-not-object", ["input"], {});
  const required = Array.isArray(input["required"]) ? (input["required"] as readonly string[]) : [];
  if (trigger.type === "schedule" && required.length > 0)
    report("schedule-input", ["input", "required"], {}, { at: "key" });
  if (trigger.type !== "http") return;
  const properties = isJsonObject(input["properties"]) ? input["properties"] : {};
  for (const name of parametersOf(trigger.path)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const path = ["trigger", "http", "path"];
    if (property === undefined || !required.includes(name)) report("unknown-path-parameter", path, { name });
    else if (!isScalarSchema(property)) report("bad-path-parameter", path, { name });
  }
}

function isScalarSchema(schema: JsonValue): boolean {
  const types = isJsonObject(schema) ? [schema["type"] ?? []].flat() : [];
  const scalars: readonly JsonValue[] = ["string", "integer", "number", "boolean"];
  return types.length > 0 && types.every((type) => scalars.includes(type));
}

/** Objects of an http tool's input take no other properties unless they say so: a misspelt one is refused, not ignored. */
function closed(schema: JsonSchema): JsonSchema {
  const { properties, items } = schema;
  const isOpen = properties !== undefined && schema["additionalProperties"] === undefined;
  return {
    ...schema,
    ...(isJsonObject(properties) ? { properties: mapSchemas(properties) } : {}),
    ...(isJsonObject(items) ? { items: closed(items) } : {}),
    ...(isOpen ? { additionalProperties: false } : {}),
  };
}

function mapSchemas(properties: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, isJsonObject(part) ? closed(part) : part]),
  );
}
