import { loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import { beforeAll, describe, expect, it } from "vitest";
import { judged, mutate } from "../../bench/risk/mutations/apply.ts";
import { bases } from "../../bench/risk/mutations/bases.ts";
import { operators } from "../../bench/risk/mutations/operators.ts";

// A sample: `node bench/risk/mutations.ts` applies every operator to every base and prints recall per rule.
const perOperator = 3;
const greens = bases(12);

beforeAll(loadSqlParser);

describe("a Green tool", () => {
  it("is Green before it is mutated, drawn or written", () => {
    const findings = greens.map((base) => [base.from, judged(structuredClone(base.tool), base).findings.length]);
    expect(findings.filter(([, count]) => count !== 0)).toEqual([]);
  });

  it.each(operators)("has just the one finding of $rule, at its line, after: $name", (operator) => {
    // From both ends: fixtures stand first, drawn flows last.
    const order = greens.map((_, index) => greens[index % 2 === 0 ? index / 2 : greens.length - (index + 1) / 2]);
    const outcomes = [];
    for (const base of order) {
      const outcome = base === undefined ? undefined : mutate(operator, base);
      if (outcome !== undefined) outcomes.push({ from: base?.from, ...outcome });
      if (outcomes.length === perOperator) break;
    }
    expect(outcomes).not.toEqual([]);
    const wrong = outcomes.filter(({ isFound, isAtPlace, extra }) => !isFound || !isAtPlace || extra.length > 0);
    expect(wrong).toEqual([]);
  });
});

describe("the mutation operators", () => {
  it("are at least twenty, and leave no rule untried", () => {
    expect(operators.length).toBeGreaterThanOrEqual(20);
    const tried = new Set(operators.map(({ rule }) => rule));
    const judging = rulesMetadata.filter(({ id }) => !id.startsWith("acknowledgement-"));
    expect(judging.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
  });

  it("have names of their own", () => {
    expect(new Set(operators.map(({ name }) => name)).size).toBe(operators.length);
  });
});
