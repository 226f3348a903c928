import type { parse } from "@bufbuild/cel";
import type { BinaryOperator, Expression, MacroName } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";
import { maximumDepth, tooDeep } from "./guard-source.ts";

type ParsedExpr = ReturnType<typeof parse>;
type CelNode = NonNullable<ParsedExpr["expr"]>;
type CelKind<C extends NonNullable<CelNode["exprKind"]["case"]>> = Extract<CelNode["exprKind"], { case: C }>["value"];

interface Context {
  readonly source: string;
  readonly positions: Readonly<Record<string, number>>;
  readonly macros: Readonly<Record<string, CelNode>>;
  readonly depth: number;
}

const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map([
  ...(["&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"] as const).map(
    (operator) => [`_${operator}_`, operator] as const,
  ),
  ["@in", "in"],
]);
const macroNames: ReadonlyMap<string, MacroName> = new Map([
  ["all", "all"],
  ["exists", "exists"],
  ["exists_one", "exists_one"],
  ["existsOne", "exists_one"],
  ["map", "map"],
  ["filter", "filter"],
]);

/** The parser's tree as ours; throws ExpressionError for what the subset leaves out. */
export function convertTree(parsed: ParsedExpr, source: string): Expression {
  const { positions = {}, macroCalls = {} } = parsed.sourceInfo ?? {};
  return convert(parsed.expr, { source, positions, macros: macroCalls, depth: 0 });
}

function convert(node: CelNode, outer: Context): Expression {
  const offset = outer.positions[String(node.id)] ?? 0;
  if (outer.depth >= maximumDepth) throw tooDeep(offset, `${String(maximumDepth)} operators`);
  const context = { ...outer, depth: outer.depth + 1 };
  const kind = node.exprKind;
  switch (kind.case) {
    case "constExpr":
      return literal(kind.value, offset);
    case "identExpr":
      if (context.source.charAt(offset) === ".") throw unsupported("a dot before a name", offset);
      return { type: "name", name: kind.value.name, offset };
    case "selectExpr":
      return select(kind.value, offset, context);
    case "callExpr":
      return call(kind.value, offset, context);
    case "listExpr":
      return { type: "list", elements: kind.value.elements.map((element) => convert(element, context)), offset };
    case "structExpr":
      return object(kind.value, offset, context);
    case "comprehensionExpr":
      return macro(node, kind.value, offset, context);
    default:
      throw unsupported("this form", offset);
  }
}

function literal(constant: CelKind<"constExpr">, offset: number): Expression {
  const { constantKind: kind } = constant;
  switch (kind.case) {
    case "nullValue":
      return { type: "literal", kind: "null", value: null, offset };
    case "boolValue":
      return { type: "literal", kind: "boolean", value: kind.value, offset };
    case "stringValue":
      return { type: "literal", kind: "string", value: kind.value, offset };
    case "doubleValue":
      return { type: "literal", kind: "number", value: kind.value, offset };
    case "int64Value":
      return { type: "literal", kind: "integer", value: safeInteger(kind.value, offset), offset };
    default:
      throw unsupported(kind.case === "bytesValue" ? "bytes" : "an unsigned integer", offset);
  }
}

function safeInteger(value: bigint, offset: number): number {
  if (value >= -BigInt(Number.MAX_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new ExpressionError({
    code: "integer-out-of-range",
    message: `${String(value)} is beyond ±(2^53-1)`,
    offset,
    hint: 'use decimal("…") for larger numbers',
  });
}

function select(value: CelKind<"selectExpr">, offset: number, context: Context): Expression {
  if (value.operand === undefined) throw unsupported("a selection of nothing", offset);
  const operand = convert(value.operand, context);
  if (value.testOnly) return { type: "has", operand, field: value.field, offset };
  return { type: "select", operand, field: value.field, offset: nameOffset(context.source, offset) };
}

function call(value: CelKind<"callExpr">, offset: number, context: Context): Expression {
  const args = value.args.map((arg) => convert(arg, context));
  const [first, second, third] = args;
  const binary = binaryOperators.get(value.function);
  if (binary !== undefined && first && second)
    return { type: "binary", operator: binary, left: first, right: second, offset };
  if (value.function === "_?_:_" && first && second && third) {
    return { type: "conditional", condition: first, then: second, else: third, offset };
  }
  if (value.function === "!_" && first) return { type: "unary", operator: "!", operand: first, offset };
  if (value.function === "-_" && first) return { type: "unary", operator: "-", operand: first, offset };
  if (value.function === "_[_]" && first && second) return index(first, second, offset);
  const target = value.target === undefined ? {} : { target: convert(value.target, context) };
  return { type: "call", name: value.function, ...target, args, offset: nameOffset(context.source, offset) };
}

/** `x["name"]` is `x.name`: one form for whoever follows access paths. */
function index(operand: Expression, key: Expression, offset: number): Expression {
  if (key.type === "literal" && key.kind === "string") {
    return { type: "select", operand, field: key.value, offset: key.offset };
  }
  return { type: "index", operand, index: key, offset };
}

function object(value: CelKind<"structExpr">, offset: number, context: Context): Expression {
  if (value.messageName !== "") throw unsupported(`the message type "${value.messageName}"`, offset);
  const entries = value.entries.map((entry) => {
    const at = context.positions[String(entry.id)] ?? offset;
    const key = entry.keyKind.case === "mapKey" ? convert(entry.keyKind.value, context) : undefined;
    if (key?.type !== "literal" || key.kind !== "string" || entry.value === undefined) {
      throw unsupported("an object key that is not a constant string", key?.offset ?? at);
    }
    return { key: key.value, value: convert(entry.value, context), offset: key.offset };
  });
  return { type: "object", entries, offset };
}

/** The parser has expanded the macro to a loop; the call as written is kept beside, its nested macros only by id. */
function macro(node: CelNode, value: CelKind<"comprehensionExpr">, offset: number, context: Context): Expression {
  const written = context.macros[String(node.id)]?.exprKind;
  const name = written?.case === "callExpr" ? macroNames.get(written.value.function) : undefined;
  if (written?.case !== "callExpr" || name === undefined || value.iterRange === undefined) {
    throw unsupported("this macro", offset);
  }
  const expanded = new Map(descendants(value.loopStep).map((inner) => [inner.id, inner]));
  const args = written.value.args.slice(1).map((arg) => convert(expanded.get(arg.id) ?? arg, context));
  const body = args.at(-1);
  const [predicate] = args;
  if (body === undefined || predicate === undefined) throw unsupported("a macro without a body", offset);
  return {
    type: "macro",
    macro: name,
    list: convert(value.iterRange, context),
    variable: value.iterVar,
    ...(args.length > 1 ? { predicate } : {}),
    body,
    offset: nameOffset(context.source, offset),
  };
}

function descendants(node: CelNode | undefined): readonly CelNode[] {
  return node === undefined ? [] : [node, ...childrenOf(node).flatMap(descendants)];
}

function childrenOf({ exprKind: kind }: CelNode): readonly CelNode[] {
  switch (kind.case) {
    case "selectExpr":
      return present([kind.value.operand]);
    case "callExpr":
      return present([kind.value.target, ...kind.value.args]);
    case "listExpr":
      return kind.value.elements;
    case "structExpr":
      return present(kind.value.entries.map((entry) => entry.value));
    case "comprehensionExpr":
      return present([kind.value.iterRange, kind.value.loopStep]);
    default:
      return [];
  }
}

function present(nodes: readonly (CelNode | undefined)[]): readonly CelNode[] {
  return nodes.filter((node) => node !== undefined);
}

/** The parser places a selection at its dot. */
function nameOffset(source: string, offset: number): number {
  if (source.charAt(offset) !== ".") return offset;
  const rest = source.slice(offset + 1);
  return offset + 1 + (rest.length - rest.trimStart().length);
}

function unsupported(what: string, offset: number): ExpressionError {
  return new ExpressionError({
    code: "expression-unsupported",
    message: `${what} is not part of the expression language`,
    offset,
    hint: "docs/expressions.md lists what is",
  });
}
