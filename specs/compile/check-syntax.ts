// Decision: where names or shapes are wrong, types are not known, and what they would say of an expression might only follow from
// that; whether the expression can be read at all is certain, so that much is said in the same run.
import type { Diagnostic } from "../diagnostic.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { parseExpression } from "../expressions/parse-expression.ts";
import { splitTemplate } from "../expressions/split-template.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { placed } from "../load/report.ts";
import { scalarOffset } from "../load/scalar-offset.ts";
import type { SpecFile, SpecKind } from "../load/spec-file.ts";
import { type Path, spanAt } from "../load/yaml-span.ts";
import { nodeDefinitions } from "../nodes/index.ts";

/** Says which expressions of a file cannot be read, whatever else is wrong with it. */
export function checkSyntax(file: SpecFile, sink: Diagnostic[]): void {
  for (const { path, text, isBare } of textsOf(file)) {
    const problem = syntaxProblem(text, isBare);
    if (problem === undefined) continue;
    const { node } = spanAt(file.root, path);
    const at = scalarOffset(file.source, node, problem.offset);
    sink.push(placed(file.source, at, problem.code, problem.message, problem.hint));
  }
}

function syntaxProblem(text: string, isBare: boolean): ExpressionError | undefined {
  let offset = 0;
  try {
    const parts = isBare ? [{ type: "expression" as const, source: text, offset: 0 }] : splitTemplate(text);
    for (const part of parts) {
      if (part.type === "text") continue;
      offset = part.offset;
      parseExpression(part.source);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { code, message, hint } = error;
    return new ExpressionError({
      code,
      message,
      offset: error.offset + offset,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

interface Text {
  readonly path: Path;
  readonly text: string;
  /** An expression without `${}` around it. */
  readonly isBare: boolean;
}

/** Keys of whole expressions by kind of file, where any map of it may have them. */
const bareKeys: Readonly<Partial<Record<SpecKind, ReadonlySet<string>>>> = {
  entity: new Set(["computed", "expr", "where"]),
  policy: new Set(["expr"]),
};
/** And those of a node. */
const bareNodeKeys: ReadonlySet<string> = new Set(["when", "until", "on", "condition", "expr", "items", "where"]);
/** Texts of a node that hold no expressions. */
const plainNodeKeys: ReadonlySet<string> = new Set(["id", "type", "statement", "why"]);

function textsOf({ kind, value }: SpecFile): readonly Text[] {
  if (!isJsonObject(value)) return [];
  const bare = bareKeys[kind];
  if (bare !== undefined) return textsBelow(value, [], bare).filter(({ isBare }) => isBare);
  const parts = { tool: ["flow", "respond"], scenario: ["given", "steps"] }[kind as string] ?? [];
  const texts = parts.flatMap((part) => textsBelow(value[part] ?? null, [part], new Set()));
  return texts.filter(({ text, isBare }) => isBare || text.includes("${"));
}

function textsBelow(value: JsonValue, path: Path, bare: ReadonlySet<string>): readonly Text[] {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((item, index) => textsBelow(item, [...path, index], bare));
  }
  if (!isJsonObject(value)) return typeof value === "string" ? [{ path, text: value, isBare: false }] : [];
  const isNode = path[0] === "flow" && isNodeType(value["type"]);
  return Object.entries(value).flatMap(([key, member]) => {
    const below = [...path, key];
    if (isNode && plainNodeKeys.has(key)) return [];
    const isBare = bare.has(key) || (isNode && bareNodeKeys.has(key));
    return isBare && typeof member === "string"
      ? [{ path: below, text: member, isBare }]
      : textsBelow(member, below, bare);
  });
}

function isNodeType(type: JsonValue | undefined): boolean {
  return typeof type === "string" && Object.hasOwn(nodeDefinitions, type);
}
