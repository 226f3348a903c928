import { describe, expect, it } from "vitest";
import {
  checkEntity,
  checkSlice,
  describeType,
  type Entity,
  type FlowNode,
  planFlow,
  scopeOf,
} from "../../../specs/index.ts";
import { customer, entities, field, reservation, sliceWith } from "./reservation-fixture.ts";

const base = { after: [], onError: "fail" } as const;
const external = { ...base, metadata: {}, provider: "stripe" } as const;

const load: FlowNode = {
  ...base,
  id: "load",
  type: "read",
  entity: "Reservation",
  where: { id: { eq: `\${input.id}` } },
  one: true,
  optional: false,
  sort: [],
  include: ["customer"],
  includeDeleted: false,
};
const charge: FlowNode = {
  ...external,
  id: "charge",
  type: "payment",
  operation: "charge",
  amount: `\${nodes.load.total}`,
  compensate: { operation: "refund", charge: `\${nodes.charge.id}` },
};
const confirm: FlowNode = {
  ...base,
  id: "confirm",
  type: "write",
  action: "transition",
  entity: "Reservation",
  key: `\${input.id}`,
  values: {},
  transition: "confirm",
};
const book: FlowNode = { ...base, id: "book", type: "transaction", nodes: [confirm] };

function transform(id: string, value: string, more: Partial<FlowNode> = {}): FlowNode {
  return { ...base, id, type: "transform", value, ...more } as FlowNode;
}

function problemsOf(...flow: readonly FlowNode[]): readonly string[] {
  return checkSlice(sliceWith({ flow })).map(({ path, code, offset }) => `${path} ${code} ${String(offset)}`);
}

function typeAt(flow: readonly FlowNode[], nodeId: string, name: string): string {
  const slice = sliceWith({ flow });
  const nodes = scopeOf(slice, planFlow(flow), nodeId).names["nodes"];
  const type = nodes?.kind === "object" ? nodes.fields[name] : undefined;
  return type === undefined ? "hidden" : describeType(type);
}

describe("checkSlice", () => {
  it("finds nothing in a sound tool", () => {
    const respond = {
      id: `\${nodes.confirm.id}`,
      status: `\${nodes.confirm.status}`,
      city: `\${nodes.load.customer.subject}`,
    };
    const text = { type: "string" };
    const output = { type: "object", required: ["id", "status"], properties: { id: text, status: text, city: text } };
    expect(checkSlice(sliceWith({ flow: [load, charge, book], respond, output }))).toEqual([]);
  });

  it("names the node, the key and the offset of each problem, all in one run", () => {
    expect(
      problemsOf(
        { ...load, where: { id: { eq: `x \${input.id}` }, nights: { gt: `\${input.count}`, in: [1, "a"] } } },
        { ...charge, amount: `\${nodes.load.nights}` },
        transform("text", `a \${nodes.laod.id} b`),
      ),
    ).toEqual([
      "node/load/where/id/eq expression-type 0",
      "node/load/where/nights/gt nullable-value 8",
      "node/load/where/nights/in/1 expression-type 0",
      "node/charge/amount expression-type 13",
      "node/text/value no-such-field 10",
    ]);
  });

  it("refuses a comparison that the field's type does not have", () => {
    const where = { paid: { gt: true }, source: { startsWith: "w" }, name: { startsWith: "w", lt: "x" } };
    expect(problemsOf({ ...load, where })).toEqual([
      "node/load/where/paid/gt expression-type 0",
      "node/load/where/source/startsWith expression-type 0",
    ]);
  });

  it("checks written values against their fields", () => {
    const values = {
      source: "fax",
      total: { amount: 5, currency: "USD" },
      startsOn: "2026-02-30",
      nights: `\${input.count}`,
      rate: 2,
    };
    expect(problemsOf({ ...confirm, action: "update", values })).toEqual([
      "node/confirm/values/source unknown-enum-value 0",
      "node/confirm/values/total/currency unknown-enum-value 0",
      "node/confirm/values/startsOn invalid-literal 0",
      "node/confirm/values/nights nullable-value 8",
    ]);
  });

  it("checks respond against the output schema", () => {
    const output = {
      type: "object",
      required: ["id", "count"],
      additionalProperties: false,
      properties: { id: { type: "string" }, count: { type: "integer" } },
    };
    const problems = checkSlice(sliceWith({ flow: [load], output, respond: { id: `\${nodes.load.id}`, cuont: 1 } }));
    expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "respond/cuont no-such-field",
      "respond missing-field",
    ]);
  });

  it("lets respond leave out what is not required, and not answer null for it", () => {
    const properties = { name: { type: "string" }, note: { type: "string" }, extra: { type: ["string", "null"] } };
    const output = { type: "object", required: ["name"], properties };
    const name = `\${nodes.load.name}`;
    const note = `\${nodes.load.note}`;
    const respondWith = (respond: object) =>
      checkSlice(sliceWith({ flow: [load], output, respond: { ...respond } })).map(
        ({ path, code }) => `${path} ${code}`,
      );
    expect(respondWith({ name })).toEqual([]);
    expect(respondWith({ name, extra: note })).toEqual([]);
    expect(respondWith({ name, note })).toEqual(["respond/note nullable-value"]);
  });

  it("checks conditions, lists and literal cases", () => {
    const on: FlowNode = {
      ...base,
      id: "on",
      type: "switch",
      on: "nodes.load.source",
      cases: [{ equals: "fax", nodes: [] }],
      default: [],
    };
    const each: FlowNode = { ...base, id: "each", type: "forEach", items: "input.count", maximum: 5, nodes: [] };
    const when = transform("late", "a", { when: "input.count" });
    expect(problemsOf(load, on, each, when)).toEqual([
      "node/on/cases/0/equals unknown-enum-value 0",
      "node/each/items expression-type 0",
      "node/late/when nullable-value 6",
    ]);
  });

  it("refuses a where expression that the database cannot compute", () => {
    expect(problemsOf({ ...load, where: "this.name.matches('^a')" })).toEqual(["node/load/where not-in-sql 10"]);
    expect(problemsOf({ ...load, where: "this.id == input.id && this.customer.subject == caller.subject" })).toEqual(
      [],
    );
  });
});

describe("the scope of a node", () => {
  const branch: FlowNode = {
    ...base,
    id: "branch",
    type: "if",
    condition: "true",
    then: [confirm, transform("inner", "a")],
    else: [transform("other", "b")],
  };

  it("gives rows, lists, counts and results", () => {
    const all = { ...load, id: "all", one: false } as FlowNode;
    const many = { ...confirm, id: "many", key: undefined } as unknown as FlowNode;
    const flow = [load, all, charge, book, many, transform("next", `\${nodes.load.nights + 1}`)];
    expect(typeAt(flow, "respond", "load")).toBe("Reservation");
    expect(typeAt(flow, "respond", "all")).toBe("list of Reservation");
    expect(typeAt(flow, "respond", "confirm")).toBe("Reservation");
    expect(typeAt(flow, "respond", "many")).toBe("the result of a write");
    expect(typeAt(flow, "respond", "charge")).toBe("the result of a payment");
    expect(typeAt(flow, "respond", "next")).toBe("integer");
  });

  it("makes nullable what may be skipped, fail or stand in a branch, seen from outside it", () => {
    const maybe = transform("maybe", "a", { when: "true" });
    const tolerant = transform("tolerant", "a", { onError: "continue" });
    const flow = [branch, maybe, tolerant, { ...load, optional: true } as FlowNode];
    expect(typeAt(flow, "respond", "confirm")).toBe("Reservation or null");
    expect(typeAt(flow, "inner", "confirm")).toBe("Reservation");
    expect(typeAt(flow, "respond", "maybe")).toBe('"a" or null');
    expect(typeAt(flow, "respond", "tolerant")).toBe('"a" or null');
    expect(typeAt(flow, "respond", "load")).toBe("Reservation or null");
  });

  it("hides the node itself, what is around it, other branches and loops", () => {
    const each: FlowNode = {
      ...base,
      id: "each",
      type: "forEach",
      items: "[1]",
      maximum: 5,
      nodes: [transform("step", `\${item + 1}`)],
    };
    const flow = [branch, each];
    expect(typeAt(flow, "inner", "inner")).toBe("hidden");
    expect(typeAt(flow, "inner", "branch")).toBe("hidden");
    expect(typeAt(flow, "inner", "other")).toBe("hidden");
    expect(typeAt(flow, "branch", "inner")).toBe("hidden");
    expect(typeAt(flow, "respond", "step")).toBe("hidden");
    expect(checkSlice(sliceWith({ flow }))).toEqual([]);
  });

  it("says why a name cannot be read", () => {
    const problems = checkSlice(sliceWith({ flow: [transform("a", `\${item}`), transform("b", `\${nodes.b}`)] }));
    expect(problems.map(({ message }) => message)).toEqual([
      '"item" cannot be read here: it stands only inside a forEach',
      '"b" cannot be read here: a node cannot read its own result',
    ]);
  });

  it("ends for a cyclic flow", () => {
    expect(problemsOf(transform("a", `\${nodes.b}`), transform("b", `\${nodes.a}`))).toEqual([]);
  });

  it("makes the caller's subject nullable where nobody signs in", () => {
    const flow = [transform("who", `by \${caller.subject}`)];
    expect(checkSlice(sliceWith({ flow }))).toEqual([]);
    expect(checkSlice(sliceWith({ flow, authorize: { type: "public" } }))).toMatchObject([
      { code: "nullable-operand" },
    ]);
  });
});

describe("checkEntity", () => {
  const problemsWith = (more: Partial<Entity>): readonly string[] => {
    const entity = { ...reservation, ...more };
    return checkEntity(entity, [customer, entity]).map(({ path, code }) => `${path} ${code}`);
  };
  const computed = (name: string, type: "integer" | "date" | "instant", source: string) =>
    field(name, type, { computed: source });

  it("finds nothing in a sound entity", () => {
    expect(checkEntity(reservation, entities)).toEqual([]);
    expect(
      problemsWith({
        fields: [
          ...reservation.fields,
          computed("span", "integer", "this.endsOn != null ? this.endsOn - this.startsOn : 0"),
        ],
        invariants: [
          { name: "in-order", expr: "this.endsOn == null || this.endsOn > this.startsOn", message: "" },
          { name: "grows", expr: "old == null || old.nights <= this.nights", message: "" },
        ],
        exclude: [{ name: "none", parts: [], where: 'status != "cancelled"' }],
        ownership: { via: ["customer", "subject"], claim: "sub", roles: [] },
      }),
    ).toEqual([]);
  });

  it("refuses what does not type-check or cannot stand in the database", () => {
    const text = "this.name.matches('a') ? 1 : 2";
    expect(
      problemsWith({
        fields: [
          ...reservation.fields,
          computed("a", "integer", text),
          computed("b", "integer", "this.a + 1"),
          computed("c", "date", "this.nights"),
          computed("d", "integer", "this.customer.level == null ? 1 : 2"),
        ],
        invariants: [{ name: "bad", expr: "this.nihgts > 1", message: "" }],
        exclude: [{ name: "none", parts: [], where: "status != 'canceled'" }],
        ownership: { via: ["customer", "subjct"], claim: "sub", roles: [] },
      }),
    ).toEqual([
      "fields/a/computed not-in-sql",
      "fields/b/computed not-in-sql",
      "fields/c/computed expression-type",
      "fields/d/computed no-such-field",
      "invariants/bad/expr no-such-field",
      "exclude/none/where unknown-enum-value",
      "ownership/via no-such-field",
    ]);
  });
});
