import type { Bundle } from "../bundle/bundle.ts";
import type { JsonSchema } from "../json.ts";
import type { RiskLevel } from "../language/policy.ts";
import type { Tool } from "../language/tool.ts";
import { problemStatuses } from "../openapi/problem-codes.ts";
import { problemsOf } from "../openapi/problems-of.ts";
import { code, fenced, page, prose, section, table } from "./markdown.ts";
import { mermaidOfFlow } from "./mermaid-of-flow.ts";
import { schemaRows } from "./schema-rows.ts";
import { accessOf, triggerOf } from "./tool-words.ts";

/** What the pages tell of a tool's risk; the risk engine's own report of a tool fits. */
export interface ToolVerdict {
  readonly level: RiskLevel;
  readonly findings: readonly {
    readonly rule: string;
    readonly level: string;
    readonly node?: string;
    readonly message: string;
    readonly acknowledged?: { readonly by: string; readonly expires: string; readonly reason: string };
  }[];
}

export function toolPage(tool: Tool, bundle: Bundle, verdict: ToolVerdict | undefined): string {
  return page([
    `# ${prose(tool.name)}`,
    prose(tool.description ?? ""),
    table(["", ""], factsOf(tool)),
    section("Risk", verdict === undefined ? "" : riskOf(verdict)),
    section("Flow", fenced("mermaid", mermaidOfFlow(tool))),
    section("Input", schemaTable(tool.input)),
    section("Output", schemaTable(tool.output)),
    section("Problems", problemTable(tool, bundle)),
  ]);
}

function factsOf(tool: Tool): readonly (readonly string[])[] {
  const { version, deprecated, sunset, concurrency, idempotency, status } = tool;
  return [
    ["called by", triggerOf(tool)],
    ["callers", accessOf(tool)],
    ["version", code(version)],
    ...(deprecated ? [["deprecated", "yes"]] : []),
    ...(sunset === undefined ? [] : [["may be removed after", code(sunset)]]),
    ["status of a success", String(status)],
    ["concurrency", concurrency],
    ...(tool.trigger.type === "http" ? [["Idempotency-Key", idempotency]] : []),
  ];
}

function riskOf({ level, findings }: ToolVerdict): string {
  const rows = findings.map(({ rule, level: own, node = "", message, acknowledged }) => {
    const accepted =
      acknowledged === undefined
        ? "no"
        : `by ${prose(acknowledged.by)} until ${prose(acknowledged.expires)}: ${prose(acknowledged.reason)}`;
    return [own, code(rule), node === "" ? "" : code(node), prose(message), accepted];
  });
  return page([`**${level}**`, table(["level", "rule", "node", "finding", "accepted"], rows)]).trimEnd();
}

function schemaTable(schema: JsonSchema): string {
  const rows = schemaRows(schema).map(({ name, type, isRequired, limits, description }) => [
    code(name),
    prose(type),
    isRequired ? "yes" : "",
    limits.map(code).join(", "),
    prose(description),
  ]);
  return rows.length === 0 ? "Nothing." : table(["property", "type", "required", "limits", ""], rows);
}

function problemTable(tool: Tool, bundle: Bundle): string {
  const byStatus = Map.groupBy(problemsOf(tool, bundle), (problem) => problemStatuses[problem]);
  const rows = [...byStatus].sort(([one], [other]) => one - other);
  return table(
    ["status", "codes"],
    rows.map(([status, codes]) => [String(status), codes.map(code).join(", ")]),
  );
}
