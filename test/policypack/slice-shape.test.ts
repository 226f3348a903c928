import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyse, SliceError } from "@lintel/policypack/risk";
import { assembleBundle, type Bundle, compileFolder, type FlowNode, slicesOf } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { shapeProblem } from "../../policypack/risk/slice-shape.ts";
import { branch, entity, read, specs, tool, transaction, workspace } from "../specs/bundle/specs-in-memory.ts";
import { compiledFixture, ruleIds } from "./rule-folders.ts";
import { call, judge, now, payment, slice, sql, write } from "./slices-in-memory.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const node = (fields: object): FlowNode => ({ ...transaction("odd", []), ...fields });
const forged = (made: FlowNode, fields: object): FlowNode => ({ ...made, ...fields });
const email = {
  id: "mail",
  after: [],
  onError: "fail",
  type: "email",
  provider: "mail",
  template: "hello",
  to: "",
  values: {},
};

describe("a node that the compiler cannot have made", () => {
  it.each<[string, FlowNode, string]>([
    [
      "a limit of text",
      forged(read("list", "Order"), { limit: "all" }),
      'node "list", key "limit" must be a whole number',
    ],
    [
      "a negative limit",
      forged(read("list", "Order"), { limit: -1 }),
      'node "list", key "limit" must be a whole number',
    ],
    [
      "a limit of null",
      forged(read("list", "Order"), { limit: null }),
      'node "list", key "limit" must be a whole number',
    ],
    ["a broken limit", forged(write("many"), { limit: 1.5 }), 'node "many", key "limit" must be a whole number'],
    ["a limit of SQL of null", forged(sql("rows", "SELECT 1"), { limit: null }), 'node "rows", key "limit" must be'],
    ["a key of null", forged(write("one"), { key: null }), 'node "one", key "key" must be a value, not null'],
    ["a where of null", forged(write("one"), { where: null }), 'node "one", key "where" must be an object, not null'],
    ["an empty where", forged(write("one"), { where: "" }), 'node "one", key "where" must be text, not ""'],
    ["a comparison of no kind", forged(write("one"), { where: { id: { is: 1 } } }), 'key "where/id/is" is a key that'],
    [
      "an action in capitals",
      forged(write("one"), { action: "Delete" }),
      'node "one", key "action" must be "create" or',
    ],
    ["no action", forged(write("one"), { action: null }), 'node "one", key "action" must be "create" or'],
    ["a create with a key", write("one", { action: "create" }), 'key "key" is a key that "create" does not have'],
    ["a transition to nothing", write("one", { action: "transition" }), 'key "transition" is missing, which'],
    [
      "an operation in capitals",
      forged(payment("pay"), { operation: "CHARGE" }),
      'key "operation" must be "charge" or',
    ],
    [
      "a charge of no amount",
      forged(payment("pay"), { amount: null }),
      'node "pay", key "amount" must be a value, not null',
    ],
    ["a refund of no charge", payment("pay", { operation: "refund" }), 'node "pay", key "charge" is missing'],
    [
      "a compensation that charges",
      payment("pay", { compensate: { operation: "charge" } }),
      'key "compensate/operation"',
    ],
    [
      "a compensation of null",
      forged(payment("pay"), { compensate: null }),
      'key "compensate" must be an object, not null',
    ],
    ["a provider of number", forged(payment("pay"), { provider: 3 }), 'node "pay", key "provider" must be text, not 3'],
    ["a provider of null", call("call", { provider: null }), 'node "call", key "provider" must be text, not null'],
    ["a timeout of null", call("call", { timeout: null }), 'node "call", key "timeout" must be a whole number from 0'],
    ["a timeout of text", call("call", { timeout: "10s" }), 'node "call", key "timeout" must be a whole number from 0'],
    ["a retry of null", call("call", { retry: null }), 'node "call", key "retry" must be an object, not null'],
    ["a retry of nothing", call("call", { retry: {} }), 'node "call", key "retry/maxAttempts" is missing'],
    ["a method in lower case", call("call", { method: "get" }), 'node "call", key "method" must be "GET" or'],
    ["an e-mail taken back", forged(node(email), { nodes: undefined, compensate: {} }), 'node "mail", key "nodes"'],
    [
      "an unknown type",
      node({ type: "shell" }),
      'node "odd", key "type" must be a type that the language has, not "shell"',
    ],
    [
      "a type of Object's",
      node({ type: "constructor" }),
      'node "odd", key "type" must be a type that the language has',
    ],
    ["no type", node({ type: undefined }), 'node "odd", key "type" must be a type that the language has, not nothing'],
    ["an edge of null", node({ onError: null }), 'node "odd", key "onError" must be text, not null'],
    ["a condition of null", node({ when: null }), 'node "odd", key "when" must be text, not null'],
    ["a condition that is no text", node({ when: true }), 'node "odd", key "when" must be text, not true'],
    ["no order", node({ after: "read" }), 'node "odd", key "after" must be a list, not "read"'],
    ["a branch that is no list", node({ nodes: {} }), 'node "odd", key "nodes" must be a list, not {}'],
    ["another key", node({ effect: "none" }), 'node "odd", key "effect" is a key that the compiler does not write'],
    ["no id", node({ id: 7 }), 'tool "ship", key "tool/flow/0/id" must be text, not 7'],
    ["no object", null as unknown as FlowNode, 'tool "ship", key "tool/flow/0" must be an object, not null'],
  ])("is refused with its place: %s", (_, made, message) => {
    expect(() => judge([made])).toThrow(SliceError);
    expect(() => judge([made])).toThrow(message);
  });

  it("is refused at any depth, in the node that is wrong", () => {
    const deep = forged(write("deep"), { limit: "all" });
    const choice = node({ id: "choice", type: "switch", on: "1", cases: [{ equals: 1, nodes: [deep] }], default: [] });
    delete (choice as { nodes?: unknown }).nodes;
    expect(() => judge([branch("way", [transaction("book", [choice])])])).toThrow(
      'tool "ship", node "deep", key "limit" must be a whole number from 1, not "all"; compile the specs again',
    );
  });

  it("is refused by analyse as well, so that it blocks wherever a bundle is judged", () => {
    const bundle: Bundle = assembleBundle(
      specs([tool("ship", [forged(write("one"), { limit: "all" })])], [entity("Order")]),
    );
    expect(() => analyse(bundle, [], now)).toThrow(SliceError);
  });
});

describe("the rest of a slice that the compiler cannot have made", () => {
  const whole = slice([write("one")]);
  const [order] = whole.entities;
  const rule = { name: "calm", expr: "true", level: "red", message: "m" };
  const policy = { name: "p", tools: [], rules: [rule], deny: [], budget: {} };
  it.each<[string, object, string]>([
    ["another version", { apiVersion: "lintel/v2" }, 'tool "ship", key "apiVersion" must be "lintel/v1"'],
    ["another key", { plans: {} }, 'tool "ship", key "plans" is a key that the compiler does not write'],
    ["no flow", { tool: { ...whole.tool, flow: null } }, 'tool "ship", key "tool/flow" must be a list, not null'],
    ["no trigger", { tool: { ...whole.tool, trigger: { type: "mail" } } }, 'key "tool/trigger/type" must be'],
    ["no roles", { tool: { ...whole.tool, authorize: { type: "roles" } } }, 'key "tool/authorize/roles" is missing'],
    ["entities by name", { entities: {} }, 'key "entities" must be a list, not {}'],
    [
      "a status of null",
      { entities: [{ ...order, status: null }] },
      'key "entities/0/status" must be an object, not null',
    ],
    [
      "twins",
      { entities: [order, order] },
      'tool "ship", key "entities" has two named "Order"; compile the specs again',
    ],
    ["no policies", { policies: null }, 'key "policies" must be a list, not null'],
    [
      "a green rule",
      { policies: [{ ...policy, rules: [{ ...rule, level: "green" }] }] },
      'key "policies/0/rules/0/level"',
    ],
    [
      "no limit",
      { workspace: { ...workspace, defaults: { rowLimit: null } } },
      'key "workspace/defaults/rowLimit" must be',
    ],
    [
      "a bank",
      { workspace: { ...workspace, providers: [{ type: "bank" }] } },
      'key "workspace/providers/0/type" must be',
    ],
  ])("is refused with its place: %s", (_, changes, message) => {
    expect(() => judge({ ...whole, ...changes })).toThrow(SliceError);
    expect(() => judge({ ...whole, ...changes })).toThrow(message);
  });

  it("is refused when it is no slice at all", () => {
    expect([null, [], "slice", {}].map((value) => shapeProblem(value))).toEqual([
      'tool "?" must be an object, not null; compile the specs again',
      'tool "?" must be an object, not []; compile the specs again',
      'tool "?" must be an object, not "slice"; compile the specs again',
      'tool "?", key "apiVersion" is missing; compile the specs again',
    ]);
  });
});

describe("every slice that the compiler makes", () => {
  it.each(["reservations", "reservations-red"])("has the shape: examples/%s", async (name) => {
    const { specs: compiled } = await compileFolder(join(root, "examples", name));
    const problems = slicesOf(compiledBundle(compiled)).map(shapeProblem);
    expect(new Set(problems)).toEqual(new Set([undefined]));
  });

  const fixtures = ruleIds.flatMap((id) => ["good.yaml", "bad.yaml"].map((file) => [id, file] as const));
  it.each(fixtures)("has the shape: %s/%s", (id, file) => {
    const problems = slicesOf(compiledFixture(id, file).bundle).map(shapeProblem);
    expect(new Set(problems)).toEqual(new Set([undefined]));
  });
});

function compiledBundle(compiled: { readonly bundle: Bundle } | undefined): Bundle {
  if (compiled === undefined) throw new Error("the specs do not compile");
  return compiled.bundle;
}
