/** Every problem that an expression can have while specs are compiled; codes are never reused. `{…}` stands for what the place fills in. */
export const expressionCodes = {
  "expression-too-long": {
    message: "the expression has {length} characters; at most {maximum} are allowed",
    hint: "split it into transform nodes",
  },
  "expression-too-deep": {
    message: "the expression is nested too deeply; at most {maximum} may stand inside one another",
    hint: "split it into transform nodes",
  },
  "expression-syntax": {
    message: "the expression is not valid: {reason}",
    hint: "docs/expressions.md shows the syntax",
  },
  "expression-unsupported": {
    message: "{form} is not part of the expression language",
    hint: "docs/expressions.md lists what is",
  },
  "integer-out-of-range": { message: "{number} is beyond ±(2^53-1)", hint: 'use decimal("…") for larger numbers' },
  "template-unterminated": {
    message: '"${" has no matching "}"',
    hint: 'close it with "}", or write "$${" for a literal "${"',
  },
  "unknown-name": { message: 'there is no "{name}" here', hint: 'did you mean "{nearest}"?' },
  "name-not-visible": { message: '"{name}" cannot be read here: {reason}', hint: "read it where it has a value" },
  "name-taken": {
    message: '"{name}" is taken; choose another variable name',
    hint: "a macro's variable hides no other name",
  },
  "no-such-field": { message: '{type} has no "{name}"', hint: 'did you mean "{nearest}"?' },
  "unknown-function": { message: 'there is no function "{name}"', hint: 'did you mean "{nearest}"?' },
  "wrong-arguments": {
    message: "{function}() is not called like this",
    hint: "docs/expressions.md lists the functions",
  },
  "unknown-enum-value": { message: "{value} is not one of the values {values}", hint: 'did you mean "{nearest}"?' },
  "expression-type": {
    message: "{operator} does not take {types}",
    hint: "convert the value, or declare its type in the schema",
  },
  "nullable-operand": {
    message: "{operator} needs a value, and this may be null",
    hint: "guard it: `x != null && …`, `has(x.y) && …` or `x != null ? … : …`",
  },
  "nullable-value": {
    message: "{place} is never null, and this may be",
    hint: "guard it with `x != null ? … : …`, or make the target nullable",
  },
  "missing-field": { message: '{place} needs "{name}"', hint: "add the field" },
  "currency-mismatch": {
    message: "{operator} stands between money in {currency} and {other}",
    hint: "money of two currencies is never added, compared or stored together",
  },
  "invalid-literal": { message: "{text} is not a {type}", hint: "write it as {example}" },
  "invalid-pattern": { message: "the pattern is not valid: {reason}", hint: "RE2 syntax: no backreferences" },
  "pattern-not-constant": {
    message: "the pattern of matches() must be a constant",
    hint: "patterns from requests are never compiled",
  },
  "not-in-sql": {
    message: "{what} cannot run in the database",
    hint: "docs/expressions.md lists what can; compute it in a transform node, or over values that are not of the row",
  },
} as const satisfies Readonly<Record<string, { readonly message: string; readonly hint: string }>>;

export type ExpressionCode = keyof typeof expressionCodes;
