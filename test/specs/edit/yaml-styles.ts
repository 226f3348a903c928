// Prints data as YAML in the many ways that people write it; every choice comes from a list of numbers, so that fast-check can
// make it smaller.
import type { JsonValue } from "@lintel/specs";

export interface Style {
  readonly eol: "\n" | "\r\n";
  readonly hasMark: boolean;
  readonly endsInLine: boolean;
  readonly startsDocument: boolean;
  /** Columns that a map inside a map is indented by. */
  readonly indent: number;
  /** Columns that a list is indented by under its key. */
  readonly listIndent: number;
  /** Spaces behind the dash. */
  readonly dashGap: number;
  readonly choices: readonly number[];
}

export interface Printed {
  readonly text: string;
  readonly comments: readonly string[];
}

interface Printer {
  readonly style: Style;
  readonly comments: string[];
  readonly next: (below: number) => number;
}

export function printYaml(value: JsonValue, style: Style): Printed {
  let at = 0;
  const comments: string[] = [];
  const next = (below: number): number => {
    const choice = style.choices[at % style.choices.length] ?? 0;
    at += 1;
    return (choice + at) % below;
  };
  const printer = { style, comments, next };
  const lines = [
    ...(style.startsDocument ? ["---"] : []),
    ...leading(printer, 0),
    ...blockLines(value, 0, printer),
    ...leading(printer, 0),
  ];
  const body = lines.join(style.eol) + (style.endsInLine ? style.eol : "");
  return { text: (style.hasMark ? "\uFEFF" : "") + body, comments };
}

const remarks = [
  "why",
  "größer als 3 — 日本語",
  "- id: not a node",
  "key: value # twice",
  "'quoted\"",
  "\ttab",
  "🚦 {flow} [list]",
];

function comment({ comments, next }: Printer): string {
  const text = `# c${String(comments.length)} ${remarks[next(remarks.length)] ?? ""}`;
  comments.push(text);
  return text;
}

function leading(printer: Printer, column: number): readonly string[] {
  const kind = printer.next(6);
  if (kind === 0) return [" ".repeat(column) + comment(printer)];
  if (kind === 1) return ["", " ".repeat(column) + comment(printer), " ".repeat(column) + comment(printer)];
  return kind === 2 ? [""] : [];
}

function trailing(printer: Printer): string {
  return printer.next(4) === 0 ? `${" ".repeat(1 + printer.next(5))}${comment(printer)}` : "";
}

/** Lines of a value in block style; the first stands where its key or dash has brought the column. */
function blockLines(value: JsonValue, column: number, printer: Printer): readonly string[] {
  const pad = " ".repeat(column);
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((item) => [
      ...leading(printer, column),
      ...itemLines(item, pad, printer),
    ]);
  }
  const pairs = Object.entries(value as Readonly<Record<string, JsonValue>>);
  return pairs.flatMap(([key, member], index) => [
    ...(index === 0 ? [] : leading(printer, column)),
    ...pairLines(keyText(key, printer), member, pad, printer),
  ]);
}

function itemLines(item: JsonValue, pad: string, printer: Printer): readonly string[] {
  const dash = `-${" ".repeat(printer.style.dashGap)}`;
  if (!isFilled(item) || printer.next(3) === 0)
    return [`${pad}${dash}${flow(item, printer, pad.length + 2)}${trailing(printer)}`];
  if (Array.isArray(item)) return [`${pad}-`, ...blockLines(item, pad.length + 2, printer)];
  const inner = blockLines(item, pad.length + dash.length, printer);
  const [first = "", ...rest] = inner;
  return [pad + dash + first.slice(pad.length + dash.length), ...rest];
}

function pairLines(key: string, value: JsonValue, pad: string, printer: Printer): readonly string[] {
  const { indent, listIndent } = printer.style;
  if (typeof value === "string" && value.includes("\n")) return literal(key, value, pad, printer);
  const inFlow = !isFilled(value) || printer.next(3) === 0;
  if (inFlow) return [`${pad}${key}: ${flow(value, printer, pad.length + 2)}${trailing(printer)}`];
  const column = pad.length + (Array.isArray(value) ? listIndent : indent);
  return [`${pad}${key}:${trailing(printer)}`, ...blockLines(value, column, printer)];
}

function literal(key: string, value: string, pad: string, printer: Printer): readonly string[] {
  const head = value.endsWith("\n") ? "|" : "|-";
  const lines = value.replace(/\n$/, "").split("\n");
  return [`${pad}${key}: ${head}${trailing(printer)}`, ...lines.map((line) => (line === "" ? "" : `${pad}  ${line}`))];
}

function isFilled(value: JsonValue): value is readonly JsonValue[] | Readonly<Record<string, JsonValue>> {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** A value in flow style: on one line, or with a line for each member. */
function flow(value: JsonValue, printer: Printer, column: number): string {
  if (typeof value !== "object" || value === null) return scalar(value, printer);
  const isList = Array.isArray(value);
  const members = isList
    ? (value as readonly JsonValue[]).map((item) => flow(item, printer, column + 2))
    : Object.entries(value).map(([key, member]) => `${keyText(key, printer)}: ${flow(member, printer, column + 2)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (members.length === 0) return open + close;
  const comma = printer.next(5) === 0 ? "," : "";
  if (printer.next(5) !== 0) {
    const gap = printer.next(2) === 0 ? " " : "";
    return open + gap + members.join(", ") + comma + gap + close;
  }
  const pad = printer.style.eol + " ".repeat(column + 2);
  const lines = members.map((member, index) => {
    const isLast = index === members.length - 1;
    return `${pad}${member}${isLast ? comma : ","}${trailing(printer)}`;
  });
  return open + lines.join("") + printer.style.eol + " ".repeat(column) + close;
}

function keyText(key: string, { next }: Printer): string {
  const kind = next(8);
  if (kind === 0) return JSON.stringify(key);
  return kind === 1 ? `'${key}'` : key;
}

function scalar(value: JsonValue, { next }: Printer): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const isPlain =
    /^[a-zäöü][\wäöüß日本 -]*$/i.test(value) && !/^(true|false|null|yes|no)$/i.test(value) && !value.endsWith(" ");
  const kind = next(3);
  if (isPlain && kind === 0) return value;
  return kind === 1 && !value.includes("\n") ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}
