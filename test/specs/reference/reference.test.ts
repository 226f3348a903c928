import {
  type Bundle,
  compileFolder,
  type FlowNode,
  mermaidOfFlow,
  mermaidOfStatus,
  referenceOf,
  type Tool,
} from "@lintel/specs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { compileBase } from "../diff/base-specs.ts";
import { mermaidParser, type ParseDiagram } from "./mermaid-parser.ts";

let parse: ParseDiagram;
let bundles: readonly Bundle[];

beforeAll(async () => {
  parse = await mermaidParser();
  const folders = ["examples/reservations", "examples/reservations-red", "test/specs/fixtures/design"];
  bundles = await Promise.all(
    folders.map(async (folder) => {
      const { specs } = await compileFolder(folder);
      if (specs === undefined) throw new Error(`${folder} does not compile`);
      return specs.bundle;
    }),
  );
}, 60_000);

const base = { after: [], onError: "fail" };

function toolOf(...flow: readonly object[]): Tool {
  const [tool] = compileBase().tools.filter(({ name }) => name === "probe");
  if (tool === undefined) throw new Error("there is no probe");
  return { ...tool, flow: flow.map((node) => ({ ...base, ...node }) as unknown as FlowNode) };
}

const transform = (id: string, more: object = {}): object => ({ ...base, id, type: "transform", value: 1, ...more });

describe("diagrams", () => {
  it("of every flow and status machine of the examples are read by Mermaid", async () => {
    for (const { tools, entities } of bundles) {
      for (const tool of tools) expect(await parse(mermaidOfFlow(tool))).toBe("flowchart-v2");
      for (const diagram of entities.flatMap((entity) => mermaidOfStatus(entity) ?? [])) {
        expect(await parse(diagram)).toBe("stateDiagram");
      }
    }
  });

  it("show transactions as boxes, calls outside marked, error edges and compensation dashed", () => {
    const tool = toolOf(
      {
        id: "end",
        type: "payment",
        provider: "p",
        operation: "charge",
        metadata: {},
        onError: "sorry",
        compensate: { operation: "refund" },
      },
      { id: "book", type: "transaction", after: ["end"], nodes: [transform("class")] },
      transform("sorry"),
    );
    expect(mermaidOfFlow(tool)).toBe(`flowchart TD
  caller(["POST /probe"])
  answer(["answers 200"])
  caller --> n0
  n0[["end: payment charge by p"]]
  subgraph n1["book: transaction"]
    n2["class: transform"]
  end
  n3["sorry: transform"]
  n0 -. on error .-> n3
  n0 -. undone by .-> n0u[/"refund"/]
  n0 --> n1
  n1 --> answer
  n3 --> answer
  classDef external fill:#fff4e5,stroke:#b45309,stroke-width:2px,color:#222
  class n0 external
`);
  });

  it("of branches, cases, loops, cycles and empty boxes are read by Mermaid, each branch under its name", async () => {
    const tool = toolOf(
      { id: "either", type: "if", condition: 'input.x == "a"', then: [transform("yes")], else: [] },
      {
        id: "which",
        type: "switch",
        on: "input.x",
        cases: [{ equals: ']"', nodes: [transform("one")] }],
        default: [transform("rest")],
      },
      { id: "each", type: "forEach", items: "input.list", maximum: 9, nodes: [transform("inner")] },
      { id: "none", type: "transaction", nodes: [] },
      transform("a", { after: ["b"] }),
      transform("b", { after: ["a"] }),
    );
    const text = mermaidOfFlow(tool);
    expect(await parse(text)).toBe("flowchart-v2");
    for (const title of ['["then"]', '["= #34;#93;#92;#34;#34;"]', '["default"]']) expect(text).toContain(title);
    expect(text).not.toContain('["else"]');
  });

  it("are read by Mermaid whatever texts the specs hold", async () => {
    const odd = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.stringMatching(/^[\][(){}"'`#;:%&|<>\\/=.\- endclassxo\n]*$/),
    );
    const [entity] = compileBase().entities.filter(({ status }) => status !== undefined);
    if (entity?.status === undefined) throw new Error("there is no status machine");
    const { status } = entity;
    await fc.assert(
      fc.asyncProperty(odd, async (text) => {
        await parse(mermaidOfFlow(toolOf({ id: text, type: "assert", expr: text, message: text, when: text })));
        const states = [`${text} `, "other"];
        const transitions = [{ name: text, from: states, to: "other" }];
        await parse(
          mermaidOfStatus({ ...entity, status: { ...status, states, initial: "other", final: [], transitions } }) ?? "",
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe("the reference pages of a workspace", () => {
  it("are one per entity and tool, with links that lead somewhere, and the same bytes for the same bundle", () => {
    for (const bundle of bundles) {
      const pages = referenceOf(bundle);
      expect(pages).toEqual(referenceOf(structuredClone(bundle)));
      const paths = new Set(pages.map(({ path }) => path));
      expect(pages).toHaveLength(paths.size);
      for (const { path, text } of pages) {
        const targets = [...text.matchAll(/\]\(([^)]+\.md)\)/gu)].map(
          ([, target = ""]) => new URL(target, `file:///${path}`).pathname,
        );
        expect(targets.filter((target) => !paths.has(target.slice(1)))).toEqual([]);
        expect(text).not.toMatch(/undefined|\[object|\n\n\n/u);
      }
    }
  });

  it("tell of the risk, its findings and who accepts them, where they are given", () => {
    const acknowledged = { by: "ann", expires: "2027-01-01", reason: "it is a | test" };
    const findings = [
      { rule: "missing-retry", level: "yellow", node: "n", message: "the call <b> is not retried", acknowledged },
    ];
    const pages = referenceOf(compileBase(), { verdicts: { probe: { level: "yellow", findings } } });
    const text = pages.find(({ path }) => path === "tools/probe.md")?.text ?? "";
    expect(text).toContain("**yellow**");
    expect(text).toContain(
      "| yellow | `missing-retry` | `n` | the call &lt;b&gt; is not retried | by ann until 2027-01-01: it is a \\| test |",
    );
  });

  it("hold names and texts of the specs as text: nothing in them is markup, ends a table's cell or a code span", () => {
    const text = "a|b `c` <script> *d* [e](f) # g\n\n# h";
    const base = compileBase();
    const entities = base.entities.map((entity) => ({
      ...entity,
      description: text,
      invariants: [{ name: text, expr: text, message: text, why: text }],
    }));
    for (const { text: page } of referenceOf({ ...base, entities }).filter(({ path }) =>
      path.startsWith("entities/"),
    )) {
      expect(page.replaceAll(/``.*?``/gu, "")).not.toContain("<script>");
      expect(page).not.toMatch(/^# h/mu);
      const row = page.split("\n").find((line) => line.includes("h |")) ?? "";
      expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
    }
  });
});
