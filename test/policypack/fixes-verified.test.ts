import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyse, type FixedSpecs, type FixOptions, fixSpecs, loadSqlParser } from "@lintel/policypack/risk";
import { applyEdits, compileFiles, type SpecText } from "@lintel/specs";
import { beforeAll, describe, expect, it } from "vitest";

const rules = join(import.meta.dirname, "../../policypack/risk/rules");
const now = "2026-01-01";

beforeAll(loadSqlParser);

function files(flow: string, more: readonly SpecText[] = [], respond = "{}"): readonly SpecText[] {
  const text = `apiVersion: lintel/v1
kind: Tool
name: own
trigger: { http: { method: POST, path: /own } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid } } }
output: { type: object, properties: {} }
flow:
${flow}
respond: ${respond}
`;
  return [
    { path: "workspace.yaml", text: readFileSync(join(rules, "fixture-workspace/workspace.yaml"), "utf8") },
    { path: "entities/order.yaml", text: readFileSync(join(rules, "fixture-workspace/entities/order.yaml"), "utf8") },
    { path: "tools/own.yaml", text },
    ...more,
  ];
}

function fixed(
  flow: string,
  options: Partial<FixOptions> = {},
  more: readonly SpecText[] = [],
  respond?: string,
): FixedSpecs {
  return fixSpecs(files(flow, more, respond), { now, withUnsafe: true, ...options });
}

function left(result: FixedSpecs): readonly string[] {
  return result.left.map(({ finding, why }) => `${finding.rule} ${finding.node ?? ""}: ${why}`);
}

const write = (id: string, more = ""): string =>
  `{ id: ${id}, type: write, action: update, entity: Order, key: "\${input.id}", values: { note: seen }${more} }`;

const own = (result: FixedSpecs): string => result.files.find(({ path }) => path === "tools/own.yaml")?.text ?? "";

const call = (id: string): string =>
  `{ id: ${id}, type: http, provider: courier, method: POST, url: /parcels, timeout: 1s, retry: { maxAttempts: 2 } }`;

describe("a fix keeps what the flow does", () => {
  it("makes a call outside only under the condition of the transaction that it stood in", () => {
    const result = fixed(`  - id: change
    type: transaction
    when: input.id != "00000000-0000-0000-0000-000000000000"
    nodes:
      - ${write("order")}
      - ${call("call")}`);
    expect(result.applied).toHaveLength(1);
    expect(own(result)).toContain(`id: call, type: http, after: [change], when: 'input.id != "0000`);
  });

  it("leaves a call in a transaction whose failure the flow survives", () => {
    const result = fixed(`  - id: change
    type: transaction
    onError: continue
    nodes:
      - ${write("order")}
      - ${call("call")}`);
    expect(result.applied).toEqual([]);
    expect(left(result).join()).toContain('the flow goes on when "change" fails');
  });

  it("puts nothing that waits into a transaction with what it waits for", () => {
    const poll = `{ id: wait, type: poll, after: [first], until: nodes.seen.isGift, maxAttempts: 3, interval: 30s, nodes: [{ id: seen, type: read, entity: Order, where: { id: { eq: "\${input.id}" } }, one: true }] }`;
    const result = fixed(
      `  - ${write("first")}\n  - ${poll}\n  - ${write("second", ", after: [wait]")}`.replaceAll("\\n", "\n"),
    );
    expect(own(result).match(/type: transaction/g)).toHaveLength(2);
    expect(own(result)).toMatch(/\n {2}- \{ id: wait, type: poll/);
  });
});

describe("a fix is kept only when it proves right", () => {
  it("leaves a call that both reads the transaction and is read by it, and says what stands in the way", () => {
    const result = fixed(`  - id: change
    type: transaction
    nodes:
      - ${write("order")}
      - { id: call, type: http, provider: courier, method: GET, url: "/\${nodes.order.id}", response: { type: object, required: [a], properties: { a: { type: string } } } }
      - { id: noted, type: write, action: update, entity: Order, key: "\${input.id}", values: { note: "\${nodes.call.body.a}" } }`);
    expect(result.applied).toEqual([]);
    expect(left(result)).toEqual([
      'external-read-in-transaction call: "call" reads "order" and "noted" reads "call", both in the transaction; split it by hand',
    ]);
  });

  it("leaves what would bring another finding", () => {
    const result = fixed(`  - { id: load, type: read, entity: Order, where: { id: { eq: "\${input.id}" } }, one: true }
  - id: change
    type: transaction
    nodes:
      - id: charge
        type: payment
        provider: stripe
        operation: charge
        amount: \${nodes.load.total}
        compensate: { operation: refund, charge: "\${nodes.charge.id}" }
        onError: noted
      - ${write("noted")}`);
    expect(left(result)).toEqual([
      'external-call-in-transaction charge: a failure of "charge" leads to "noted" in the transaction; move both by hand',
    ]);
  });

  it("leaves a node whose place two anchors share, and names the alias", () => {
    const result = fixed(`  - &call { id: rates, type: http, provider: courier, method: GET, url: /a, timeout: 0s }
  - { id: other, type: transform, value: *call }`);
    expect(left(result)[0]).toMatch(/^missing-timeout rates: the file cannot be edited there: .* also used as \*call/);
  });

  it("leaves a cycle that expressions alone make", () => {
    const result = fixed(`  - { id: a, type: transform, value: "\${nodes.b}" }
  - { id: b, type: transform, value: "\${nodes.a}" }`);
    expect(left(result)[0]).toContain("every edge of the cycle is an expression that reads another node");
  });

  it("does not void an acknowledgement: what would have to be reviewed again is left", () => {
    const flow = `  - id: change
    type: transaction
    nodes:
      - id: both
        type: if
        condition: "true"
        then:
          - { id: paid, type: write, action: update, entity: Order, where: this.lines == 0, values: { note: x } }
          - { id: lots, type: write, action: update, entity: Order, where: this.lines == 1, values: { note: x } }`;
    const { specs } = compileFiles(files(flow));
    if (specs === undefined) throw new Error("the flow does not compile");
    const findings = analyse(specs.bundle, [], now, specs.sources).tools.flatMap((tool) => tool.findings);
    const [first] = findings.filter(({ node }) => node === "paid");
    const acknowledgements = `apiVersion: lintel/v1
kind: Acknowledgements
acknowledgements:
  - { tool: own, rule: high-row-impact, node: paid, fingerprint: "${first?.fingerprint ?? ""}", reason: few, by: jo, expires: 2026-12-01 }
`;
    const result = fixed(flow, {}, [{ path: "acknowledgements.yaml", text: acknowledgements }]);
    expect(result.applied.map(({ finding }) => finding.node)).toEqual(["lots"]);
    expect(result.open).toEqual([]);
  });

  it("wraps a write alone where its neighbours cannot be one change with it", () => {
    const result = fixed(`  - ${write("a")}
  - ${write("b", ", after: [mail]")}
  - { id: mail, type: email, after: [a], template: thanks, to: a@example.com }`);
    const text = result.files.find(({ path }) => path === "tools/own.yaml")?.text ?? "";
    expect(result.left).toEqual([]);
    expect(text).toContain("- { id: mail, type: email, after: [save], template");
    expect(text).toMatch(/id: save2\n {4}type: transaction\n {4}after: \[mail\]/);
  });

  it("cuts the edge where a loop would hide what the response reads", () => {
    const result = fixed(
      `  - { id: orders, type: read, entity: Order, where: { isGift: { eq: true } }, limit: 20 }
  - { id: order, type: transform, after: [told], value: "\${nodes.orders[0]}" }
  - { id: told, type: email, template: gift, to: a@example.com, values: { of: "\${nodes.order.reference}" } }`,
      {},
      [],
      '{ reference: "${nodes.order.reference}" }',
    );
    expect(result.applied.map(({ title }) => title)).toEqual(['"order" no longer waits for "told"']);
  });

  it("says of a generated tool where it comes from", () => {
    const order = readFileSync(join(rules, "fixture-workspace/entities/order.yaml"), "utf8");
    const base = files(`  - { id: one, type: transform, value: 1 }`);
    const withCrud = base.map((file) =>
      file.path === "entities/order.yaml"
        ? {
            ...file,
            text: `${order}crud: { list: [agent] }\nownership: { via: reference, claim: sub, roles: [customer] }\n`,
          }
        : file,
    );
    const result = fixSpecs(withCrud, { now, withUnsafe: true });
    for (const { why } of result.left) expect(why).toContain("is generated from entities/order.yaml");
  });
});

describe("what fixSpecs hands back", () => {
  it("are edits that make the files from those it was given", () => {
    const given = files(`  - ${write("a")}\n  - ${write("b")}\n  - { id: all, type: read, entity: Order }`);
    const result = fixSpecs(given, { now, withUnsafe: true });
    expect(applyEdits(given, result.edits)).toEqual(result.files);
    expect(result.files[0]).toBe(given[0]);
  });

  it("is nothing but the diagnostics where the files do not compile", () => {
    const result = fixed("  - { id: a, type: nonsense }");
    expect(result).toMatchObject({ applied: [], left: [], edits: [] });
    expect(result.diagnostics).not.toEqual([]);
  });

  it("keeps to one rule or one tool when told to", () => {
    const flow = `  - ${write("a")}\n  - { id: all, type: read, entity: Order }`;
    expect(fixed(flow, { rule: "unlimited-read" }).applied.map(({ finding }) => finding.rule)).toEqual([
      "unlimited-read",
    ]);
    expect(fixed(flow, { tool: "other" })).toMatchObject({ applied: [], left: [] });
  });

  it("repairs a tool that is written as JSON and leaves it JSON", () => {
    const tool = {
      apiVersion: "lintel/v1",
      kind: "Tool",
      name: "own",
      trigger: { http: { method: "POST", path: "/own" } },
      authorize: { roles: ["agent"] },
      input: { type: "object", properties: {} },
      output: { type: "object", properties: {} },
      flow: [{ id: "a", type: "write", action: "update", entity: "Order", where: "1 == 1", values: { note: "größe" } }],
      respond: {},
    };
    const text = JSON.stringify(tool, null, 4);
    const given = files("  - { id: one, type: transform, value: 1 }").filter(({ path }) => path !== "tools/own.yaml");
    const result = fixSpecs([...given, { path: "tools/own.json", text }], { now, withUnsafe: true });
    const after = result.files.find(({ path }) => path === "tools/own.json")?.text ?? "";
    expect(result.left).toEqual([]);
    expect(JSON.parse(after)).toMatchObject({ flow: [{ id: "save", nodes: [{ id: "a", limit: 100 }] }] });
  });
});

describe("the bad examples of the rules", () => {
  const names = readdirSync(rules).filter((name) => name !== "index.ts" && name !== "fixture-workspace");

  it.each(names)("%s: what has a fix is repaired, the rest says why, and a second run finds nothing more", (rule) => {
    const own = readdirSync(join(rules, rule)).includes("workspace.yaml") ? rule : "fixture-workspace";
    const workspace = { path: "workspace.yaml", text: readFileSync(join(rules, own, "workspace.yaml"), "utf8") };
    const bad = { path: "tools/bad.yaml", text: readFileSync(join(rules, rule, "bad.yaml"), "utf8") };
    const entities = readdirSync(join(rules, "fixture-workspace/entities")).map((name) => ({
      path: `entities/${name}`,
      text: readFileSync(join(rules, "fixture-workspace/entities", name), "utf8"),
    }));
    const result = fixSpecs([workspace, ...entities, bad], { now, withUnsafe: true });
    expect(result.diagnostics).toEqual([]);
    for (const { why } of result.left) expect(why).not.toBe("");
    const again = fixSpecs(result.files, { now, withUnsafe: true });
    expect(again.applied).toEqual([]);
    expect(again.files).toBe(result.files);
  });
});
