import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileFiles, describeType, policyRuleScope, type ValueType } from "@lintel/specs";
import { describe, expect, it } from "vitest";

const page = join(import.meta.dirname, "../../../docs/policies.md");
const start = "<!-- policy-facts: written from specs/expressions/sites/policy-facts.ts -->";
const end = "<!-- /policy-facts -->";

/** What each fact says; a fact without a meaning here, or a meaning without a fact, fails. */
const meanings: Readonly<Record<string, string>> = {
  "tool.name": "name of the tool",
  "tool.version": "its `version`",
  "tool.deprecated": "whether it is deprecated",
  "tool.origin": "whether it stands in a file, or was generated from an entity's `crud:`",
  "tool.trigger": "what starts it",
  "tool.method": "HTTP method; null unless the trigger is http",
  "tool.path": "path; null for a schedule",
  "tool.authorize": "who may call: callers with a role, anybody, the holder of the webhook's secret, Cloud Scheduler",
  "tool.roles": "roles that may call; empty unless `authorize` is roles",
  "tool.concurrency": "how concurrent executions are kept apart",
  "tool.idempotency": "whether an Idempotency-Key is asked for",
  "flow.nodes": "every node, in the order of the flow, the inner ones of containers too",
  "flow.nodes[].id": "id of the node",
  "flow.nodes[].type": "its type",
  "flow.nodes[].effect": "what it does to the world, derived from its type and, for http, its method",
  "flow.nodes[].entity": "entity that it reads or writes",
  "flow.nodes[].action": "action of a write",
  "flow.nodes[].provider": "provider that it calls",
  "flow.nodes[].isExternal": "whether it calls somebody",
  "flow.nodes[].inTransaction": "whether it stands in a transaction, at any depth",
  "flow.nodes[].inLoop": "whether it may run more than once in an execution",
  "flow.nodes[].isConditional": "whether an execution may pass it by",
  "flow.nodes[].hasCompensation": "whether it says how it is undone",
  "flow.reads": "nodes that read the database",
  "flow.writes": "nodes that write to it",
  "flow.externalCalls": "nodes that call somebody",
};

function readExample(): readonly { readonly path: string; readonly text: string }[] {
  const folder = join(import.meta.dirname, "../../../examples/reservations");
  return ["workspace.yaml", "entities", "tools", "policies"].flatMap((name) => {
    const names = name.endsWith(".yaml") ? [name] : readdirSync(join(folder, name)).map((file) => `${name}/${file}`);
    return names.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
  });
}

function facts(type: ValueType, path: string): readonly (readonly [string, string])[] {
  if (type.kind === "list" && type.element.kind === "object") {
    return [[path, "list of objects"], ...facts(type.element, `${path}[]`)];
  }
  if (type.kind !== "object") return [[path, describeType(type)]];
  return Object.entries(type.fields).flatMap(([name, field]) => facts(field, `${path}.${name}`));
}

function section(): string {
  const rows = Object.entries(policyRuleScope.names)
    .flatMap(([name, type]) => facts(type, name))
    .map(([path, type]) => `| \`${path}\` | ${type} | ${meanings[path] ?? "?"} |`);
  return [start, "| fact | type | what it says |", "|---|---|---|", ...rows, end].join("\n");
}

/** `LINTEL_UPDATE_DOCS=1 npx vitest run test/specs/docs` writes the section. */
function update(): void {
  const text = readFileSync(page, "utf8");
  const [before = "", rest = ""] = text.split(start);
  writeFileSync(page, `${before}${section()}${rest.split(end)[1] ?? ""}`);
}

describe("docs/policies.md", () => {
  it("shows a policy that compiles", () => {
    const [, sample = ""] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, "utf8")) ?? [];
    const covering = sample.replace(/^tools: .*$/m, "tools: [create-reservation]");
    const files = [...readExample(), { path: "policies/house-rules.yaml", text: covering }];
    expect(compileFiles(files).diagnostics).toEqual([]);
    const unknown = files.map((file) => ({ ...file, text: file.text.replace("facts: v1", "facts: v2") }));
    expect(compileFiles(unknown).diagnostics).toMatchObject([{ file: "policies/house-rules.yaml", line: 5 }]);
  });

  it("lists the facts of version v1 with their types and meanings, and no other", () => {
    if (process.env["LINTEL_UPDATE_DOCS"] === "1") update();
    const text = readFileSync(page, "utf8");
    expect(text.slice(text.indexOf(start), text.indexOf(end) + end.length)).toBe(section());
    expect(section()).not.toContain("| ? |");
    expect(Object.keys(meanings).filter((path) => !section().includes(`\`${path}\``))).toEqual([]);
  });

  it("takes no fact of v1 away, and changes the type of none", () => {
    const published = Object.entries(policyRuleScope.names).flatMap(([name, type]) => facts(type, name));
    const types = new Map(published);
    expect(version1.map(([path]) => [path, types.get(path)])).toEqual(version1);
  });
});

/** As published; a new fact is added to the page, these stay. */
const version1 = [
  ["tool.name", "string"],
  ["tool.version", "string"],
  ["tool.deprecated", "boolean"],
  ["tool.origin", "one of file, crud"],
  ["tool.trigger", "one of http, webhook, schedule"],
  ["tool.method", "string or null"],
  ["tool.path", "string or null"],
  ["tool.authorize", "one of roles, public, signature, oidc"],
  ["tool.roles", "list of string"],
  ["tool.concurrency", "one of optimistic, pessimistic, serializable"],
  ["tool.idempotency", "one of required, optional, none"],
  ["flow.nodes", "list of objects"],
  ["flow.nodes[].id", "string"],
  ["flow.nodes[].type", "string"],
  ["flow.nodes[].effect", "one of none, read, write, rawSql, externalRead, externalWrite"],
  ["flow.nodes[].entity", "string or null"],
  ["flow.nodes[].action", "string or null"],
  ["flow.nodes[].provider", "string or null"],
  ["flow.nodes[].isExternal", "boolean"],
  ["flow.nodes[].inTransaction", "boolean"],
  ["flow.nodes[].inLoop", "boolean"],
  ["flow.nodes[].isConditional", "boolean"],
  ["flow.nodes[].hasCompensation", "boolean"],
  ["flow.reads", "integer"],
  ["flow.writes", "integer"],
  ["flow.externalCalls", "integer"],
] as const;
