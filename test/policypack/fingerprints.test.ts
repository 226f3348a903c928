import { analyse } from "@lintel/policypack/risk";
import { compileFiles } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { fixtureWorkspace, type SourceFile } from "./rule-folders.ts";

const head = `apiVersion: lintel/v1
kind: Tool
name: it
trigger: { http: { method: POST, path: /it } }
input: { type: object, required: [id, n, text], properties: { id: { type: string, format: uuid }, n: { type: integer }, text: { type: string } } }
output: { type: object, properties: { a: {} } }
respond: { a: x }
`;

/** The fingerprints of a rule's findings on a tool of this flow. */
function prints(
  rule: string,
  who: string,
  flow: string,
  change = (files: SourceFile[]) => files,
  environment?: string,
) {
  const text = `${head}authorize: ${who}\nflow:\n${flow}`;
  const files = change([...fixtureWorkspace("public-tool"), { path: "tools/it.yaml", text }]);
  const { specs, diagnostics } = compileFiles(files, environment === undefined ? {} : { environment });
  if (specs === undefined) throw new Error(JSON.stringify(diagnostics));
  const [tool] = analyse(specs.bundle, [], "2026-01-01T00:00:00Z").tools.filter(({ name }) => name === "it");
  return (tool?.findings ?? []).filter((finding) => finding.rule === rule).map(({ fingerprint }) => fingerprint);
}

const inTransaction = (node: string): string => `  - { id: t, type: transaction, nodes: [${node}] }\n`;
const update = "id: p, type: write, action: update";
const mine = '  - { id: mine, type: read, entity: Recipient, where: { id: { eq: "${input.id}" } }, one: true }\n';
const check = (expr: string): string => `  - { id: own, type: policyCheck, expr: ${expr}, message: no }\n`;
const guarded = (condition: string): string => `
  - { id: g, type: if, condition: '${condition}', then: [{ id: call, type: http, provider: courier, method: PUT, url: /x }] }
  - id: t
    type: transaction
    after: [g]
    nodes: [{ id: s, type: write, action: transition, entity: Order, key: "\${input.id}", transition: ship }]
`;
const read = (rest: string): string => `  - { id: o, type: read, entity: Order, ${rest} }\n`;
const everybody = "{ public: true }";
const courier = "{ roles: [courier] }";

describe("a fingerprint dies when the risky part changes:", () => {
  it.each<[string, string, string, string, string]>([
    [
      "a public read of one row, of all",
      "public-tool",
      everybody,
      read("where: { id: { eq: '${input.id}' } }, one: true"),
      read("limit: 1000"),
    ],
    [
      "a public write of one row, of many and with other values",
      "public-tool",
      everybody,
      inTransaction(`{ ${update}, entity: Order, key: "\${input.id}", values: { note: x } }`),
      inTransaction(`{ ${update}, entity: Order, where: "this.isGift", limit: 90, values: { note: x, isGift: true } }`),
    ],
    [
      "the values of an unscoped write",
      "unscoped-access",
      courier,
      inTransaction(`{ ${update}, entity: Parcel, key: "\${input.id}", values: { depot: north } }`),
      inTransaction(`{ ${update}, entity: Parcel, key: "\${input.id}", values: { lockerCode: "\${input.text}" } }`),
    ],
    [
      "the check behind an unscoped read",
      "unscoped-access",
      courier,
      mine + check("nodes.mine.subject == caller.subject"),
      mine,
    ],
    [
      "what that check asks",
      "unscoped-access",
      courier,
      mine + check("nodes.mine.subject == caller.subject"),
      mine + check("nodes.mine.subject != caller.subject"),
    ],
    ["the condition around a call", "external-call-in-transition", courier, guarded("input.n > 3"), guarded("true")],
    [
      "a whole number that divides as one",
      "external-call-in-transition",
      courier,
      guarded("input.n / 2 > 3"),
      guarded("input.n / 2.0 > 3.0"),
    ],
  ])("%s", (_, rule, who, before, after) => {
    const was = prints(rule, who, before);
    const is = prints(rule, who, after);
    expect([was.length, is.length]).toEqual([1, 1]);
    expect(is).not.toEqual(was);
  });
});

describe("a fingerprint survives", () => {
  it.each<[string, string, string]>([
    ["white space and quotes in an expression", mine, mine.replace("${input.id}", "${ input . id }")],
    [
      "brackets in a check",
      mine + check("nodes.mine.subject == caller.subject"),
      mine + check("(nodes.mine.subject)  ==  caller.subject"),
    ],
    ["a check on something else", mine, mine + check("input.n > 3")],
    ["a reason", mine, mine.replace("one: true", "one: true, why: because")],
  ])("%s", (_, before, after) => {
    const was = prints("unscoped-access", courier, before);
    expect(was).toHaveLength(1);
    expect(prints("unscoped-access", courier, after)).toEqual(was);
  });

  it("white space in the condition around it", () => {
    const rule = "external-call-in-transition";
    expect(prints(rule, courier, guarded("input.n  >  3"))).toEqual(prints(rule, courier, guarded("input.n > 3")));
  });
});

describe("the fingerprint of what is sent out", () => {
  const flow = `
  - { id: p, type: read, entity: Parcel, where: { id: { eq: "\${input.id}" } }, one: true }
  - { id: open, type: http, provider: courier, method: POST, url: /x, body: { code: "\${nodes.p.lockerCode}" } }
`;
  const inWorkspace = (from: string, to: string) => (files: SourceFile[]) =>
    files.map(({ path, text }) => ({ path, text: path === "workspace.yaml" ? text.replace(from, to) : text }));
  const sent = (...rest: [change?: (files: SourceFile[]) => SourceFile[], environment?: string]) =>
    prints("sensitive-output", "{ roles: [customer] }", flow, ...rest);

  it("dies with the host that workspace.yaml names, and not with a path below it", () => {
    expect(sent()).toHaveLength(1);
    expect(sent(inWorkspace("courier.example.com", "evil.example.net"))).not.toEqual(sent());
    expect(sent(inWorkspace("courier.example.com", "courier.example.com/v2"))).toEqual(sent());
  });

  it("dies when a condition in what is sent goes", () => {
    const sometimes = flow.replace("\${nodes.p.lockerCode}", "\${input.n > 3 ? nodes.p.lockerCode : ''}");
    const was = prints("sensitive-output", "{ roles: [customer] }", sometimes);
    expect(was).toHaveLength(1);
    expect(sent()).not.toEqual(was);
  });

  it("is the same in an environment that has a host of its own", () => {
    const overlay =
      "environments: { test: { providers: { courier: { baseUrl: https://test.example.net } } } }\nvalues: {";
    expect(sent(inWorkspace("values: {", overlay), "test")).toEqual(sent());
  });
});
