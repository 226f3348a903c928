// The CEL project's own conformance data, as plain cases (https://github.com/google/cel-spec/tree/master/tests/simple).
import type { SerializedIncrementalTest, SerializedIncrementalTestSuite } from "@bufbuild/cel-spec/testdata/tests.js";

export interface ConformanceCase {
  /** `file/section/test`. */
  readonly path: string;
  readonly expression: string;
  /** The test as the CEL project wrote it: `value`, `evalError`, `bindings`, `typeEnv`. */
  readonly original: SerializedIncrementalTest["original"];
}

export function casesOf(suite: SerializedIncrementalTestSuite, above: readonly string[] = []): ConformanceCase[] {
  const own = (suite.tests ?? []).map(({ original }) => ({
    path: [...above, original.name ?? original.expr].join("/"),
    expression: original.expr,
    original,
  }));
  const inner = (suite.suites ?? []).flatMap((each) => casesOf(each, [...above, each.name]));
  return [...own, ...inner];
}
