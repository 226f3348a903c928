import type { Entity, FlowNode } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { entity, read, transaction } from "../specs/bundle/specs-in-memory.ts";
import { call, found, judge, retry, slice, write } from "./slices-in-memory.ts";

const inTransaction = (...nodes: readonly FlowNode[]): readonly FlowNode[] => [transaction("book", nodes)];
const many = (fields: object): FlowNode => {
  const { key: _, ...node } = write("orders") as FlowNode & { readonly key?: unknown };
  return { ...node, ...fields };
};

describe("external nodes", () => {
  it("need a timeout and a retry of their own once the compiler has found no default", () => {
    const { timeout: _, retry: __, ...bare } = call("tell") as FlowNode & { timeout?: number; retry?: object };
    expect(found([bare as FlowNode])).toEqual(["missing-retry tell", "missing-timeout tell"]);
  });

  it("count as retried inside a node that retries", () => {
    const { retry: _, ...once } = call("tell") as FlowNode & { retry?: object };
    const thrice = { ...transaction("thrice", [once as FlowNode]), type: "retry", retry } as unknown as FlowNode;
    expect(found([thrice])).toEqual([]);
    const poll = { ...thrice, type: "poll", retry: undefined, until: "true", maxAttempts: 3, interval: 1 };
    expect(found([JSON.parse(JSON.stringify(poll)) as FlowNode])).toEqual(["missing-retry tell"]);
  });
});

describe("writes to many rows", () => {
  const where = 'this.reference != "x"';

  it("are of high impact above 100 rows, whether a limit or no limit says so", () => {
    expect(found(inTransaction(many({ where })))).toEqual(["high-row-impact orders"]);
    expect(found(inTransaction(many({ where, limit: 101 })))).toEqual(["high-row-impact orders"]);
    expect(found(inTransaction(many({ where, limit: 100 })))).toEqual([]);
    expect(found(inTransaction(many({ limit: 5000 })))).toEqual(["high-row-impact orders"]);
  });

  it("take along what cascades from them, also through others, which no limit counts", () => {
    const child = (name: string, parent: string, onDelete: "cascade" | "restrict"): Entity => ({
      ...entity(name),
      relationships: [{ name: "parent", type: "belongsTo", entity: parent, field: "parentId", onDelete }],
    });
    const judged = (node: FlowNode, onDelete: "cascade" | "restrict"): readonly string[] => {
      const entities = [child("Item", "Line", "cascade"), child("Line", "Order", onDelete), entity("Order")];
      return judge(slice(inTransaction(node), { entities })).findings.map(({ rule, message }) => `${rule} ${message}`);
    };
    const gone = write("gone", { action: "softDelete" });
    expect(judged(gone, "restrict")).toEqual([]);
    expect(judged(write("kept"), "cascade")).toEqual([]);
    expect(judged(gone, "cascade")).toEqual([expect.stringMatching(/^high-row-impact .*rows of Item, Line by/)]);
    const limited = many({ action: "softDelete", where, limit: 5 });
    expect(judged(limited, "cascade")).toEqual([expect.stringMatching(/^high-row-impact /)]);
  });

  it("count once for each turn of the loops around them", () => {
    const loop = (maximum: number, nodes: readonly FlowNode[]): FlowNode =>
      ({ ...transaction("each", nodes), type: "forEach", items: "input.ids", maximum }) as unknown as FlowNode;
    expect(found(inTransaction(loop(10, [many({ where, limit: 10 })])))).toEqual([]);
    expect(found(inTransaction(loop(11, [many({ where, limit: 10 })])))).toEqual(["high-row-impact orders"]);
  });

  it("have a fingerprint that dies with what is written, and not with white space", () => {
    const print = (fields: object): string | undefined =>
      judge(inTransaction(many({ where, limit: 500, ...fields }))).findings[0]?.fingerprint;
    const before = print({});
    expect(print({ where: 'this.reference   !=   "x"' })).toBe(before);
    expect(print({ values: { total: 0 } })).not.toBe(before);
    expect(print({ action: "transition", transition: "ship" })).not.toBe(before);
    expect(print({ when: "input.all" })).not.toBe(before);
  });

  it("are Red and nothing more when nothing bounds them, for every action on rows that exist", () => {
    for (const action of ["update", "softDelete", "erase"]) {
      expect(found(inTransaction(many({ action })))).toEqual(["unbounded-update orders"]);
    }
    const moved = many({ action: "transition", transition: "ship" });
    expect(found(inTransaction(moved))).toEqual(["unbounded-update orders"]);
    expect(found(inTransaction(many({ action: "create" })))).toEqual([]);
  });

  it("can be judged more strictly, never more loosely", () => {
    const limited = slice(inTransaction(many({ where, limit: 50 })));
    const wide = slice(inTransaction(many({ where, limit: 500 })));
    expect(judge(limited, [], undefined, { rowThreshold: 10 }).findings).toHaveLength(1);
    expect(judge(wide, [], undefined, { rowThreshold: 1000 }).findings).toHaveLength(1);
  });
});

describe("reads", () => {
  it("need a limit unless they end in one row or in a list of known length", () => {
    expect(found([read("orders", "Order")])).toEqual(["unlimited-read orders"]);
    for (const bounded of [{ limit: 50 }, { one: true }, { where: { id: { eq: "${input.id}" } } }]) {
      expect(found([{ ...read("orders", "Order"), ...bounded }])).toEqual([]);
    }
  });
});
