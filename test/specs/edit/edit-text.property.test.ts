import { EditError, type EditOperation, editText, type JsonObject, type JsonValue } from "@lintel/specs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Printed, printYaml, type Style } from "./yaml-styles.ts";

const runs = Number(process.env["LINTEL_PROPERTY_RUNS"] ?? 250);

const text = fc.constantFrom(
  "read",
  "a b",
  "${nodes.x.id}",
  "it's",
  'say "x"',
  "größe",
  "日本語 🚦",
  "a: b",
  "# no",
  "10s",
  "1",
  "true",
  "line\n  more\n\nend\n",
  "x\ny",
);
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.integer({ min: -5, max: 999 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
);
const name = fc.constantFrom("type", "where", "values", "when", "url", "key", "größe", "a-b");
const plainMap = fc.dictionary(
  name,
  fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(name, leaf, { maxKeys: 3 })),
  { maxKeys: 4 },
);

const node: fc.Memo<JsonValue> = fc.memo((depth) =>
  depth <= 1
    ? fc.tuple(text, plainMap).map(([id, rest]): JsonValue => ({ id, ...rest }))
    : fc.oneof(
        node(1),
        fc
          .tuple(text, fc.array(node(depth - 1), { minLength: 1, maxLength: 3 }))
          .map(([id, nodes]): JsonValue => ({ id, nodes })),
      ),
);

const data = fc
  .tuple(plainMap, fc.array(node(3), { minLength: 1, maxLength: 4 }), plainMap)
  .map(([head, flow, tail]): JsonObject => ({ name: "x", ...head, flow, respond: tail }));

const style: fc.Arbitrary<Style> = fc.record({
  eol: fc.constantFrom("\n", "\r\n"),
  hasMark: fc.boolean(),
  endsInLine: fc.boolean(),
  startsDocument: fc.boolean(),
  indent: fc.integer({ min: 1, max: 4 }),
  listIndent: fc.integer({ min: 0, max: 4 }),
  dashGap: fc.integer({ min: 1, max: 3 }),
  choices: fc.array(fc.nat(59), { minLength: 5, maxLength: 40 }),
});

const value: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(
  "softDelete",
  100,
  "10s",
  { maxAttempts: 3, backoff: "exponential" },
  ["a", "b"],
  { charge: "${nodes.größe.id}" },
  "日本\u2028語",
  "#x",
);

/** An operation that the data has a place for, chosen by numbers. */
function operationOn(document: JsonObject, kind: number, pick: number, given: JsonValue): EditOperation {
  const lists = listsIn(document["flow"] ?? [], ["flow"]);
  const list = lists[pick % lists.length] ?? { path: ["flow"], length: 1 };
  const index = (pick * 7) % list.length;
  const item = [...list.path, index];
  switch (kind) {
    case 0:
      return { type: "set", path: [...item, "timeout"], value: given };
    case 1:
      return { type: "set", path: [...item, "id"], value: given };
    case 2:
      return {
        type: "insert",
        path: list.path,
        index: pick % (list.length + 1),
        value: { id: "new", given },
        comment: ["added"],
      };
    case 3:
      return {
        type: "wrap",
        path: list.path,
        index,
        count: 1 + (pick % (list.length - index)),
        fields: { id: "w", given },
        key: "nodes",
      };
    case 4:
      return {
        type: "move",
        from: item,
        to: ["flow"],
        index: list.path.length > 1 ? (pick * 3) % (lists[0]?.length ?? 1) : 0,
      };
    default:
      return { type: "remove", path: pick % 2 === 0 ? item : [...item, "id"] };
  }
}

function listsIn(
  nodes: JsonValue,
  path: readonly (string | number)[],
): readonly { path: readonly (string | number)[]; length: number }[] {
  const items = nodes as readonly JsonObject[];
  const below = items.flatMap(({ nodes: inner }, index) =>
    inner === undefined ? [] : listsIn(inner, [...path, index, "nodes"]),
  );
  return [{ path, length: items.length }, ...below];
}

/** What the data is afterwards, by means of its own. */
function changed(document: JsonObject, operation: EditOperation): JsonValue {
  const copy = structuredClone(document) as Record<string, unknown>;
  const at = (path: readonly (string | number)[]): Record<string | number, unknown> =>
    path.reduce<Record<string | number, unknown>>(
      (within, step) => within[step] as Record<string | number, unknown>,
      copy,
    );
  const list = (path: readonly (string | number)[]): unknown[] => at(path) as unknown as unknown[];
  if (operation.type === "set") at(operation.path.slice(0, -1))[operation.path.at(-1) ?? ""] = operation.value;
  else if (operation.type === "insert") list(operation.path).splice(operation.index, 0, operation.value);
  else if (operation.type === "wrap") {
    const { path, index, count, fields, key } = operation;
    const items = list(path).slice(index, index + count);
    list(path).splice(index, count, { ...fields, [key]: items });
  } else if (operation.type === "move") {
    const [item] = list(operation.from.slice(0, -1)).splice(Number(operation.from.at(-1)), 1);
    list(operation.to).splice(operation.index, 0, item);
  } else {
    const last = operation.path.at(-1) ?? "";
    const parent = at(operation.path.slice(0, -1));
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else Reflect.deleteProperty(parent, last);
  }
  return copy as JsonValue;
}

/** The text with everything that the splices took or brought left out: it must be the same before and after. */
function untouched(source: string, splices: ReturnType<typeof editText>["splices"], side: "before" | "after"): string {
  let shift = 0;
  let kept = "";
  let at = 0;
  for (const { offset, length, text: brought } of splices) {
    kept += source.slice(at, offset + shift);
    at = offset + shift + (side === "before" ? length : brought.length);
    if (side === "after") shift += brought.length - length;
  }
  return kept + source.slice(at);
}

/** How many texts were refused of how many. */
const tally = { refused: 0, all: 0 };

function check(document: JsonObject, printed: Printed, operation: EditOperation): void {
  tally.all += 1;
  let edited: ReturnType<typeof editText>;
  try {
    edited = editText(printed.text, [operation]);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    tally.refused += 1;
    return;
  }
  expect(parse(edited.text.replace(/^\uFEFF/, ""))).toEqual(changed(document, operation));
  expect(untouched(edited.text, edited.splices, "after")).toBe(untouched(printed.text, edited.splices, "before"));
  if (operation.type === "remove") return;
  for (const comment of printed.comments) expect(edited.text.split(comment).length).toBe(2);
  // What only adds takes nothing away but an empty pair of brackets.
  const isAddition =
    operation.type === "insert" ||
    operation.type === "wrap" ||
    (operation.type === "set" && operation.path.at(-1) === "timeout");
  if (isAddition)
    for (const { offset, length } of edited.splices)
      expect(printed.text.slice(offset, offset + length)).toMatch(/^\s*(\[\]|\{\})?$/);
}

describe(`editing ${String(runs)} texts of many styles`, () => {
  it(
    "changes the data as wanted, keeps every comment and touches nothing outside its edits",
    () => {
      const property = fc.property(data, style, fc.nat(5), fc.nat(60), value, (document, how, kind, pick, given) => {
        const printed = printYaml(document, how);
        expect(parse(printed.text.replace(/^\uFEFF/, ""))).toEqual(document);
        check(document, printed, operationOn(document, kind, pick, given));
      });
      fc.assert(property, { numRuns: runs });
      expect(tally.refused / tally.all).toBeLessThan(0.05);
    },
    60_000 + runs * 200,
  );
});
