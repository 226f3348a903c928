import type { Entity, FlowNode, Slice, Tool } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { write as create, entity, read, tool, transaction } from "../specs/bundle/specs-in-memory.ts";
import { found as foundAll, judge, slice, write } from "./slices-in-memory.ts";

const order: Entity = {
  ...entity("Order"),
  relationships: [{ name: "lines", type: "hasMany", entity: "Line", field: "orderId", onDelete: "restrict" }],
  ownership: { via: ["subject"], claim: "sub", roles: ["customer"] },
  crud: { read: ["customer", "agent"], create: ["clerk"] },
};
const line: Entity = { ...entity("Line"), ownership: { via: ["subject"], claim: "sub", roles: ["customer"] } };
const byRole = (...roles: readonly string[]): Tool["authorize"] => ({ type: "roles", roles });
const get = (fields: object = {}): FlowNode => ({ ...read("get", "Order"), one: true, ...fields }) as FlowNode;

function ask(flow: readonly FlowNode[], authorize: Tool["authorize"], changes: Partial<Slice> = {}): Slice {
  return slice(flow, { tool: { ...tool("ship", flow), authorize }, entities: [order, line], ...changes });
}

function found(flow: readonly FlowNode[], authorize: Tool["authorize"]): readonly string[] {
  return foundAll(ask(flow, authorize)).filter((finding) => finding.startsWith("unscoped-access"));
}

describe("rows that have an owner", () => {
  it.each<[string, Tool["authorize"], FlowNode]>([
    ["a role that the entity names nowhere", byRole("courier"), get()],
    ["one such role among others", byRole("customer", "agent", "courier"), get()],
    ["a role that may only create", byRole("clerk"), get()],
    ["anybody", { type: "public" }, get()],
    ["a where that names the caller's roles", byRole("courier"), get({ where: "this.roles == caller.roles" })],
    [
      "a where that holds only sometimes",
      byRole("courier"),
      get({ where: "this.subject == caller.subject || input.all" }),
    ],
    [
      "a where that compares with a choice",
      byRole("courier"),
      get({ where: "this.subject == (input.all ? this.subject : caller.subject)" }),
    ],
    [
      "a where that compares what holds for every row",
      byRole("courier"),
      get({ where: 'this.subject.startsWith("") == caller.subject.startsWith("")' }),
    ],
    ["a where that compares lengths", byRole("courier"), get({ where: "size(this.subject) == size(caller.subject)" })],
    ["a where on another field", byRole("courier"), get({ where: "this.depot == caller.subject" })],
    ["a where on another claim", byRole("courier"), get({ where: "this.subject == caller.email" })],
    ["a where that is not equality", byRole("courier"), get({ where: "this.subject != caller.subject" })],
  ])("are reached by %s", (_, authorize, node) => {
    expect(found([node], authorize)).toEqual(["unscoped-access get"]);
  });

  it.each<[string, Tool["authorize"], FlowNode]>([
    ["an owner", byRole("customer"), get()],
    ["a role that the entity's crud lets at them", byRole("agent"), get()],
    ["a webhook, which acts for nobody", { type: "signature" }, get()],
    ["a schedule", { type: "oidc" }, get()],
    ["a where that holds them to the caller", byRole("courier"), get({ where: "this.subject == caller.subject" })],
    ["the same as a condition", byRole("courier"), get({ where: { subject: { eq: "${caller.claims.sub}" } } })],
    [
      "the same beside others",
      byRole("courier"),
      get({ where: "input.x && string(caller.claims.sub) == this.subject" }),
    ],
    ["one that makes new rows", byRole("courier"), transaction("all", [create("get", "Order")])],
  ])("are not reached past ownership by %s", (_, authorize, node) => {
    expect(found([node], authorize)).toEqual([]);
  });

  it("are reached by writes and through includes as well", () => {
    expect(found([transaction("all", [write("change")])], byRole("courier"))).toEqual(["unscoped-access change"]);
    expect(found([get({ include: ["lines"] })], byRole("agent"))).toEqual(["unscoped-access get"]);
  });

  it("have findings whose fingerprint dies when another role joins", () => {
    const print = (...roles: readonly string[]): string | undefined =>
      judge(ask([get()], byRole(...roles))).findings[0]?.fingerprint;
    expect(print("courier", "agent")).toBe(print("agent", "courier"));
    expect(print("courier", "driver")).not.toBe(print("courier"));
  });
});

describe("a tool that anybody can call", () => {
  const open = (flow: readonly FlowNode[]): Slice => ask(flow, { type: "public" }, { entities: [entity("Order")] });

  it("is found whatever it does, once, and names what is reached through it", () => {
    expect(foundAll(open([]))).toEqual(["public-tool"]);
    expect(judge(open([get()])).findings[0]?.message).toContain("reach Order");
  });

  it("is accepted for what it does: the fingerprint dies when it does more", () => {
    const print = (...flow: readonly FlowNode[]): string | undefined =>
      judge(open(flow)).findings.find(({ rule }) => rule === "public-tool")?.fingerprint;
    expect(print(get(), get({ id: "more", where: { id: { eq: 1 } } }))).not.toBe(print(get()));
    expect(print(get({ why: "because" }))).toBe(print(get()));
  });
});

describe("a lookup by a unique key", () => {
  const field = (name: string, nullable = false): Entity["fields"][number] => ({
    name,
    type: "string",
    nullable,
    generated: false,
    sensitive: false,
    personal: false,
  });
  const shelf: Entity = {
    ...entity("Order"),
    fields: [field("a"), field("b"), field("n", true), field("t")],
    status: { field: "status", initial: "open", final: [], states: ["open", "done"], transitions: [] },
    unique: [["a", "b"], ["n"], ["a", "status"]],
  };
  const list = (where: object, fields: object = {}): FlowNode =>
    ({
      ...read("get", "Order"),
      where,
      ...fields,
    }) as FlowNode;
  const isOneRow = (of: Entity, node: FlowNode, authorize: Tool["authorize"] = byRole("agent")): boolean =>
    foundAll(ask([node], authorize, { entities: [of] })).length === 0;

  it("is one row when it names every field of the key, and many otherwise", () => {
    expect(isOneRow(shelf, list({ a: { eq: "x" }, b: { eq: "y" } }))).toBe(true);
    expect(isOneRow(shelf, list({ a: { eq: "x" }, status: { eq: "open" } }))).toBe(true);
    expect(isOneRow(shelf, list({ a: { eq: "x" } }))).toBe(false);
    expect(isOneRow(shelf, list({ a: { eq: "x" }, b: { gte: "y" } }))).toBe(false);
    expect(isOneRow(shelf, list({ a: { eq: "x" }, b: { eq: "y", optional: true } }))).toBe(false);
  });

  it("is many rows where nulls or deleted rows share the key", () => {
    expect(isOneRow(shelf, list({ n: { eq: "x" } }))).toBe(false);
    expect(isOneRow(shelf, list({ a: { eq: "x" }, b: { eq: "y" } }, { includeDeleted: true }))).toBe(false);
    expect(isOneRow(shelf, list({ id: { eq: "x" } }, { includeDeleted: true }))).toBe(true);
  });

  it("is one row in the caller's tenant, and one of each where nobody's tenant binds it", () => {
    const rented: Entity = { ...shelf, tenant: { field: "t", claim: "org" }, unique: [["a"], ["t", "b"]] };
    for (const key of ["a", "b"]) {
      expect(isOneRow(rented, list({ [key]: { eq: "x" } }))).toBe(true);
      expect(isOneRow(rented, list({ [key]: { eq: "x" } }), { type: "signature" })).toBe(false);
      expect(isOneRow(rented, list({ [key]: { eq: "x" }, t: { eq: "y" } }), { type: "signature" })).toBe(true);
    }
  });
});
