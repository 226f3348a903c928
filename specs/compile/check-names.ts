import { appliesTo } from "../bundle/slice.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { isJsonObject } from "../json.ts";
import type { Tool, Trigger } from "../language/tool.ts";
import { suggestion } from "../load/did-you-mean.ts";
import { declaredName } from "../load/load-files.ts";
import { reporter } from "../load/report.ts";
import type { SpecFile, SpecKind } from "../load/spec-file.ts";
import { snakeCase } from "./entity-names.ts";

const singles: ReadonlySet<SpecKind> = new Set(["workspace", "acknowledgements"]);

/** Reports names (and tables) that two files declare; of workspace and acknowledgements there is one file. */
export function checkUniqueNames(files: readonly SpecFile[], sink: Diagnostic[]): void {
  const seen = new Map<string, SpecFile>();
  const tables = new Map<string, string>();
  for (const file of files) {
    const { kind } = file;
    const name = singles.has(kind) ? "" : declaredName(file);
    if (name === undefined) continue;
    const first = seen.get(`${kind} ${name}`);
    const report = reporter(file, sink);
    if (first === undefined) seen.set(`${kind} ${name}`, file);
    else if (name === "") report("duplicate-file", [], { kind, other: first.source.file });
    else report("duplicate-name", ["name"], { kind, name, other: first.source.file });
    if (kind !== "entity" || first !== undefined) continue;
    const table = snakeCase(name);
    const other = tables.get(table);
    if (other !== undefined) report("name-collision", ["name"], { name, other, column: table });
    tables.set(table, name);
  }
}

/** Reports http routes and webhook paths that two tools serve. */
export function checkRoutes(
  tools: readonly { readonly file: SpecFile; readonly tool: Tool }[],
  sink: Diagnostic[],
): void {
  const seen = new Map<string, string>();
  for (const { file, tool } of tools) {
    const route = routeOf(tool.trigger);
    if (route === undefined) continue;
    const shape = route.replace(/\{\w+\}/g, "{}");
    const other = seen.get(shape);
    seen.set(shape, other ?? tool.name);
    if (other === undefined) continue;
    const path = tool.origin === "crud" ? ["crud"] : ["trigger", tool.trigger.type, "path"];
    const hint =
      tool.origin === "crud"
        ? `name that tool "${tool.name}" to replace the generated one, or take the action out of crud`
        : undefined;
    reporter(file, sink)(
      "duplicate-route",
      path,
      { route, other },
      { hint, at: tool.origin === "crud" ? "key" : "value" },
    );
  }
}

function routeOf(trigger: Trigger): string | undefined {
  if (trigger.type === "http") return `${trigger.method} ${trigger.path}`;
  return trigger.type === "webhook" ? `POST ${trigger.path}` : undefined;
}

/** Reports tool patterns of policies that no tool matches: such a policy would guard nothing. */
export function checkUnusedPatterns(files: readonly SpecFile[], tools: readonly Tool[], sink: Diagnostic[]): void {
  const names = new Set([...tools.map(({ name }) => name), ...namesOfTools(files)]);
  for (const file of files) {
    if (file.kind !== "policy" || file.shape === "broken" || !isJsonObject(file.value)) continue;
    const patterns = (file.value["tools"] ?? []) as readonly string[];
    patterns.forEach((pattern, index) => {
      const policy = { name: "", tools: [pattern], rules: [], deny: [], budget: {} };
      if ([...names].some((name) => appliesTo(policy, name))) return;
      reporter(file, sink)("unknown-tool", ["tools", index], { name: pattern }, { hint: suggestion(pattern, names) });
    });
  }
}

function namesOfTools(files: readonly SpecFile[]): readonly string[] {
  return files.filter(({ kind }) => kind === "tool").flatMap((file) => declaredName(file) ?? []);
}
