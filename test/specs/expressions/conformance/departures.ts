// The skip list: where Value expressions depart from CEL on purpose, and why. docs/expressions.md tells users the same.
import type { ConformanceCase } from "./conformance-case.ts";
import type { Outcome } from "./run-case.ts";

export interface Departure {
  readonly why: string;
  /** `refused`: not part of the language, said so when specs are compiled. `other`: another answer, each case named. */
  readonly outcome: "refused" | "other";
  /** Files or sections of the data, or single cases: a path or the beginning of one. */
  readonly paths?: readonly string[];
  /** What the expression says that the language does not have. */
  readonly expression?: RegExp;
}

export const departures: readonly Departure[] = [
  {
    why: "there are no protobuf messages, so neither their fields, enums, extensions nor wrappers; values are JSON",
    outcome: "refused",
    paths: ["proto2", "proto3", "proto2_ext", "dynamic", "enums", "wrappers", "type_deductions"],
    expression: /TestAllTypes|google\.protobuf|\bmsg\b/,
  },
  {
    why: "an extension library of CEL that the language does not take: what it has of them is listed in docs/expressions.md",
    outcome: "refused",
    paths: ["bindings_ext", "block_ext", "encoders_ext", "math_ext", "optionals", "string_ext", "macros2"],
  },
  {
    why: "no unsigned integers: JSON has one number",
    outcome: "refused",
    expression: /\b(?:0x)?[\da-f]+u\b|\buint\(/i,
  },
  { why: "no bytes: JSON has text", outcome: "refused", expression: /\b(?:br?|rb)(?:'|")|\bbytes\(/i },
  { why: "types are checked always, so there is no dyn", outcome: "refused", expression: /\bdyn\(/ },
  {
    why: "types are no values",
    outcome: "refused",
    paths: ["conversions/type", "timestamps/timestamp_conversions", "timestamps/duration_conversions"],
    expression: /\btype\(/,
  },
  {
    why: "keys of an object are constant text, as in JSON",
    outcome: "refused",
    expression: /\{\s*(?:-?\d|true|false|null|')/,
  },
  {
    why: "macros and `in` go through lists, not through the keys of an object",
    outcome: "refused",
    expression: /\{\}/,
  },
  {
    why: "an integer is what JSON carries exactly, up to 2^53-1 on either side",
    outcome: "refused",
    expression: /\d{16,}/,
  },
  {
    why: "a literal beside another is compared when compiled: what can never be equal is an error",
    outcome: "refused",
    paths: ["comparisons/eq_literal", "comparisons/ne_literal", "lists/in", "comparisons/in_list_literal"],
  },
  {
    why: "booleans have no order",
    outcome: "refused",
    paths: ["comparisons/lt_literal", "comparisons/gt_literal", "comparisons/lte_literal", "comparisons/gte_literal"],
    expression: /true|false/,
  },
  { why: "a condition is a boolean, and both branches have one type", outcome: "refused", paths: ["logic"] },
  { why: "an empty list says nothing of its elements", outcome: "refused", expression: /\[\]/ },
  {
    why: "text is converted to a boolean by comparing it: which texts are true is the workspace's to say",
    outcome: "refused",
    paths: ["conversions/bool/string_"],
  },
  {
    why: "an instant is a number only as the difference of two",
    outcome: "refused",
    paths: ["conversions/int/timestamp"],
    expression: /\b(?:int|timestamp)\(timestamp/,
  },
  {
    why: "names that the scope lacks and functions that nobody declared are found when compiled, whatever stands beside them",
    outcome: "refused",
    paths: [
      "basic/variables",
      "basic/functions",
      "parse/receiver_function_names",
      "fields/map_fields",
      "fields/map_has",
    ],
  },
  {
    why: "names have no dots and no containers: a dot reads a field",
    outcome: "refused",
    paths: ["namespace", "fields/qualified_identifier_resolution"],
  },
  { why: 'a field\'s name is an identifier; others are read as x["name"]', outcome: "refused", expression: /\.`/ },
  {
    why: "a zone is an IANA name: the sign of an offset means two things",
    outcome: "refused",
    expression: /'[+-]?\d\d:\d\d'/,
  },
  { why: "instants and durations have milliseconds", outcome: "refused", expression: /ns'\)|\.\d{9}/ },
  {
    why: "a number is finite: dividing by zero and overflow are errors, never Infinity or NaN",
    outcome: "other",
    paths: [
      "comparisons/eq_literal/not_eq_double_nan",
      "comparisons/ne_literal/not_ne_double_nan",
      "comparisons/ne_literal/ne_double_nan",
      "fp_math/fp_math/divide_zero",
      "fp_math/fp_math/fp_overflow_positive",
      "fp_math/fp_math/fp_overflow_negative",
    ],
  },
  {
    why: "&& and || go left to right: an error on the left is not absorbed by the right side",
    outcome: "other",
    paths: [
      "logic/AND/short_circuit_error_right",
      "logic/OR/short_circuit_error_right",
      "macros/all/list_elem_error_shortcircuit",
    ],
  },
  {
    why: "a name is looked up in the scope alone; there are no containers",
    outcome: "other",
    paths: [
      "namespace/namespace/self_eval_container_lookup",
      "namespace/namespace/self_eval_container_lookup_unchecked",
    ],
  },
  {
    why: "trim() cuts ASCII spaces only, as PostgreSQL does",
    outcome: "other",
    paths: ["string_ext/trim/unicode_space_chars_"],
  },
  {
    why: "an instant is printed with its milliseconds, in one form",
    outcome: "other",
    paths: ["timestamps/timestamp_conversions/toString_timestamp"],
  },
  {
    why: "a duration may be longer than 10,000 years: 2^53-1 milliseconds are the most",
    outcome: "other",
    paths: ["timestamps/timestamp_range/sub_time_duration_", "timestamps/duration_range/"],
  },
  {
    why: "the data asks for a deduced type, and the value is right or missing as it must be",
    outcome: "other",
    paths: ["type_deductions/flexible_type_parameter_assignment"],
  },
];

/** Whether a departure is about a case; with both paths and expression, either will do. */
export function covers(
  { outcome, paths, expression }: Departure,
  { path, expression: source }: ConformanceCase,
  seen: Outcome,
): boolean {
  if (seen.type !== outcome) return false;
  return (paths ?? []).some((each) => path.startsWith(each)) || (expression?.test(source) ?? false);
}
