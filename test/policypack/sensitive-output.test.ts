import type { Entity, FlowNode, JsonObject, JsonValue } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { branch, entity, read, tool, transaction, transform } from "../specs/bundle/specs-in-memory.ts";
import { call, judge, payment, slice, write } from "./slices-in-memory.ts";

const plain = { type: "string", nullable: false, generated: false, personal: false } as const;
const related = { field: "orderId", onDelete: "restrict" } as const;
const order: Entity = {
  ...entity("Order"),
  fields: [
    { ...plain, name: "pin", sensitive: true },
    { ...plain, name: "note", sensitive: false },
  ],
  relationships: [
    { name: "card", type: "hasOne", entity: "Card", ...related },
    { name: "cards", type: "hasMany", entity: "Card", ...related },
  ],
};
const card: Entity = { ...entity("Card"), fields: [{ ...plain, name: "token", sensitive: true }] };
const row: FlowNode = { ...read("row", "Order"), one: true, include: ["card", "cards"] } as FlowNode;
const rows: FlowNode = { ...read("rows", "Order"), limit: 5 } as FlowNode;
const anything: JsonObject = { type: "object", additionalProperties: {} };

/** `key confidence` of each sensitive value that leaves. */
function leaks(flow: readonly FlowNode[], respond: JsonValue = {}, output: JsonObject = anything): readonly string[] {
  const judged = slice(flow, { tool: { ...tool("ship", flow), respond, output }, entities: [card, order] });
  const found = judge(judged).findings.filter(({ rule }) => rule === "sensitive-output");
  return found.map(({ node, key, confidence }) => [...(node === undefined ? [] : [node]), key, confidence].join(" "));
}

describe("a sensitive field in the answer", () => {
  it.each<[string, JsonValue, string]>([
    ["by its name", { x: "${nodes.row.pin}" }, "respond/x certain"],
    ["as the whole answer", "${nodes.row.pin}", "respond certain"],
    ["deep in an object", { a: { b: ["${nodes.row.pin}"] } }, "respond/a/b certain"],
    ["in a text", { x: "the pin is ${nodes.row.pin}!" }, "respond/x certain"],
    ["through a function", { x: "${nodes.row.pin.lowerAscii()}" }, "respond/x certain"],
    ["joined to something", { x: "${nodes.row.note + nodes.row.pin}" }, "respond/x certain"],
    ["behind a condition", { x: '${input.really ? nodes.row.pin : ""}' }, "respond/x likely"],
    ["of an included row", { x: "${nodes.row.card.token}" }, "respond/x certain"],
    ["of included rows", { x: "${nodes.row.cards.map(c, c.token)}" }, "respond/x certain"],
    ["of one of a list", { x: "${nodes.rows[0].pin}" }, "respond/x certain"],
    [
      "of a list that is filtered",
      { x: "${nodes.rows.filter(r, r.pin == 'x').map(r, {'p': r.pin})}" },
      "respond/x/p certain",
    ],
    ["under another name", { x: "${nodes.copy.secret}" }, "respond/x certain"],
    ["of what was written", { x: "${nodes.made.pin}" }, "respond/x certain"],
  ])("is found %s", (_, respond, expected) => {
    const copy = transform("copy", "");
    const flow = [
      row,
      rows,
      { ...copy, value: { secret: "${nodes.row.pin}" } } as FlowNode,
      transaction("all", [write("made")]),
    ];
    expect(leaks(flow, respond)).toEqual([expected]);
  });

  it.each<[string, JsonValue, readonly string[]]>([
    ["one turn", { x: "${nodes.each[0].own.pin}" }, ["respond/x certain"]],
    ["every turn", { x: "${nodes.each.map(e, e.copy)}" }, ["respond/x certain"]],
    ["all turns as they are", { x: "${nodes.each}" }, ["respond/x/copy certain", "respond/x/inner/deep certain"]],
    ["what was read in a turn of a turn", { x: "${nodes.each[0].inner[0].deep}" }, ["respond/x certain"]],
    ["another field of a turn", { x: "${nodes.each[0].own.note}" }, []],
  ])("is found in what a loop answers, of %s", (_, respond, expected) => {
    const loop = (id: string, items: string, nodes: readonly FlowNode[]): FlowNode =>
      ({ ...transaction(id, nodes), type: "forEach", items, maximum: 5 }) as never;
    const own = { ...read("own", "Order"), one: true } as FlowNode;
    const inner = loop("inner", "nodes.rows", [transform("deep", "${item.pin}")]);
    const each = loop("each", "nodes.rows", [transform("copy", "${item.pin}"), own, inner]);
    expect(leaks([each, rows], respond)).toEqual(expected);
  });

  it("is found in the rows of a page", () => {
    const page = { ...rows, id: "page", page: { after: null } } as FlowNode;
    expect(leaks([page], { x: "${nodes.page.items.map(r, r.pin)}", y: "${nodes.page.next}" })).toEqual([
      "respond/x certain",
    ]);
  });

  it("is one that is computed from a sensitive one, marked or not, unless it is a yes or no", () => {
    const base = { ...plain, sensitive: false };
    const made: Entity = {
      ...order,
      fields: [
        ...order.fields,
        { ...base, name: "masked", computed: 'this.pin + "!"' },
        { ...base, name: "isSet", type: "boolean", computed: 'this.pin != ""' },
        { ...base, name: "shout", computed: "this.note.upperAscii()" },
      ],
    };
    const respond = { x: "${nodes.row.masked}", y: "${nodes.row.isSet}", z: "${nodes.row.shout}" };
    const judged = slice([row], {
      tool: { ...tool("ship", [row]), respond, output: anything },
      entities: [card, made],
    });
    const found = judge(judged).findings.filter(({ rule }) => rule === "sensitive-output");
    expect(found.map(({ key }) => key)).toEqual(["respond/x"]);
  });

  it("is found wherever the nodes are written", () => {
    const copy = { ...transform("copy", ""), value: { secret: "${nodes.row.pin}" } } as FlowNode;
    expect(leaks([copy, row], { x: "${nodes.copy.secret}" })).toEqual(["respond/x certain"]);
  });

  it.each<[string, JsonValue]>([
    ["another field is answered", { x: "${nodes.row.note}" }],
    ["it is only compared", { x: '${nodes.row.pin == "1234"}' }],
    ["it is only looked for", { x: "${has(nodes.row.pin)}" }],
    ["only its length is", { x: "${size(nodes.row.pin)}" }],
    ["it only chooses", { x: '${nodes.row.pin == "1" ? "a" : "b"}' }],
    ["the row is answered whole, and withheld by name", { x: "${nodes.row}" }],
    ["rows are counted", { x: "${size(nodes.rows)}" }],
  ])("is none where %s", (_, respond) => {
    expect(leaks([row, rows], respond)).toEqual([]);
  });

  it("is let through by an output schema that names it, and by none that does not", () => {
    const named: JsonObject = { type: "object", properties: { pin: { type: "string" } } };
    const wrapped = (inner: JsonObject): JsonObject => ({ type: "object", properties: { x: inner } });
    const answer = { x: "${nodes.row}" };
    expect(leaks([row], answer, wrapped(named))).toEqual(["respond/x/pin certain"]);
    expect(leaks([row], answer, wrapped({ type: "object", properties: { note: {} } }))).toEqual([]);
    expect(leaks([row], answer, { ...wrapped({ $ref: "#/$defs/row" }), $defs: { row: named } })).toEqual([
      "respond/x/pin certain",
    ]);
    expect(leaks([row], answer, wrapped({ anyOf: [{ type: "null" }, named] }))).toEqual(["respond/x/pin certain"]);
    expect(leaks([rows], { x: "${nodes.rows}" }, wrapped({ type: "array", items: named }))).toEqual([
      "respond/x/pin certain",
    ]);
    expect(leaks([row], { y: "${nodes.row.pin}" }, wrapped({ type: "string" }))).toEqual([]);
  });
});

describe("a sensitive field that is sent out", () => {
  const email = (fields: object): FlowNode =>
    ({
      ...call("out"),
      type: "email",
      provider: "mail",
      template: "t",
      to: "a@example.com",
      values: {},
      ...fields,
      url: undefined,
    }) as never;
  const clean = (node: FlowNode): FlowNode => {
    const { method: _, query: __, headers: ___, url: ____, ...kept } = node as never as Record<string, JsonValue>;
    return kept as never;
  };

  it.each<[string, FlowNode, string]>([
    ["an email's values", clean(email({ values: { a: { b: "${nodes.row.pin}" } } })), "out values/a/b certain"],
    ["an email's subject", clean(email({ subject: "pin ${nodes.row.pin}" })), "out subject certain"],
    ["an email's address", clean(email({ to: "${nodes.row.pin}" })), "out to certain"],
    ["an http body", call("out", { body: { list: [{ x: "${nodes.row.pin}" }] } }), "out body/list/x certain"],
    [
      "a row in an http body, which nothing withholds",
      call("out", { body: "${nodes.rows[0]}" }),
      "out body/pin certain",
    ],
    ["an http query", call("out", { method: "GET", query: { q: "${nodes.row.pin}" } }), "out query/q certain"],
    ["an http url", call("out", { method: "GET", url: "/x/${nodes.row.pin}" }), "out url certain"],
    ["a header", call("out", { headers: { "x-pin": "${nodes.row.pin}" } }), "out headers/x-pin certain"],
    [
      "what undoes a call",
      call("out", { compensate: { method: "POST", url: "/", body: "${nodes.row.pin}" } }),
      "out compensate/body certain",
    ],
    ["a payment's metadata", payment("out", { metadata: { pin: "${nodes.row.pin}" } }), "out metadata/pin certain"],
    ["a call in a branch", branch("way", [call("out", { body: "${nodes.row.pin}" })]), "out body certain"],
    [
      "each turn of a loop over the rows",
      {
        ...transaction("each", [call("out", { body: "${item.pin}" })]),
        type: "forEach",
        items: "nodes.rows",
        maximum: 5,
      } as never,
      "out body certain",
    ],
  ])("is found in %s", (_, node, expected) => {
    expect(leaks([row, rows, node])).toEqual([expected]);
  });

  it("is none in a payment's charge and customer, which are what its provider is for", () => {
    expect(
      leaks([row, payment("out", { customer: "${nodes.row.pin}", operation: "capture", charge: "${nodes.row.pin}" })]),
    ).toEqual([]);
  });
});
