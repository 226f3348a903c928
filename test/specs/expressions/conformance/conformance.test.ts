import { tests } from "@bufbuild/cel-spec/testdata/conformance.js";
import { describe, expect, it } from "vitest";
import { casesOf } from "./conformance-case.ts";
import { covers, departures } from "./departures.ts";
import { runCase } from "./run-case.ts";

/** How many cases of each file give CEL's own answer; a number that falls is a regression, one that rises is good news to write down. */
const same: Readonly<Record<string, number>> = {
  basic: 31,
  bindings_ext: 0,
  block_ext: 0,
  comparisons: 120,
  conversions: 39,
  dynamic: 25,
  encoders_ext: 0,
  enums: 10,
  fields: 21,
  fp_math: 27,
  integer_math: 49,
  lists: 19,
  logic: 23,
  macros: 32,
  macros2: 8,
  math_ext: 17,
  namespace: 0,
  optionals: 3,
  parse: 109,
  plumbing: 5,
  proto2: 6,
  proto2_ext: 0,
  proto3: 6,
  string: 45,
  string_ext: 61,
  timestamps: 54,
  type_deductions: 10,
  wrappers: 0,
};

const results = casesOf(tests).map((each) => ({ each, outcome: runCase(each) }));

describe("the CEL project's conformance data", () => {
  it("is run whole", () => {
    expect(results.length).toBe(2344);
  });

  it("gives CEL's answer, is refused when compiled, or departs as the skip list says", () => {
    const unexplained = results.filter(
      ({ each, outcome }) =>
        outcome.type !== "same" && !departures.some((departure) => covers(departure, each, outcome)),
    );
    expect(
      unexplained.map(({ each, outcome }) => ({ path: each.path, expression: each.expression, ...outcome })),
    ).toEqual([]);
  });

  it("agrees in as many cases of each file as before", () => {
    const seen: Record<string, number> = {};
    for (const { each, outcome } of results) {
      const [file = ""] = each.path.split("/");
      seen[file] = (seen[file] ?? 0) + (outcome.type === "same" ? 1 : 0);
    }
    expect(seen).toEqual(same);
  });

  it.each(departures.map((departure) => [departure.why, departure] as const))(
    "still departs: %s",
    (_why, departure) => {
      expect(results.some(({ each, outcome }) => covers(departure, each, outcome))).toBe(true);
    },
  );
});
