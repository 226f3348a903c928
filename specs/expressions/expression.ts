// Decision: our own small tree, plain JSON with offsets, so that nothing but the parser's folder knows the parser.

export type MacroName = "all" | "exists" | "exists_one" | "map" | "filter";

export type BinaryOperator = "&&" | "||" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "in";

export type Literal =
  | { readonly type: "literal"; readonly kind: "null"; readonly value: null; readonly offset: number }
  | { readonly type: "literal"; readonly kind: "boolean"; readonly value: boolean; readonly offset: number }
  | { readonly type: "literal"; readonly kind: "integer" | "number"; readonly value: number; readonly offset: number }
  | { readonly type: "literal"; readonly kind: "string"; readonly value: string; readonly offset: number };

export interface Name {
  readonly type: "name";
  readonly name: string;
  readonly offset: number;
}

/** `operand.field`, and `operand["field"]` with a constant key. The offset is that of the field's name. */
export interface Select {
  readonly type: "select";
  readonly operand: Expression;
  readonly field: string;
  readonly offset: number;
}

/** `has(operand.field)`: the field is there and not null. */
export interface Has {
  readonly type: "has";
  readonly operand: Expression;
  readonly field: string;
  readonly offset: number;
}

export interface Index {
  readonly type: "index";
  readonly operand: Expression;
  readonly index: Expression;
  readonly offset: number;
}

/** `name(args)` or `target.name(args)`. The offset is that of the function's name. */
export interface Call {
  readonly type: "call";
  readonly name: string;
  readonly target?: Expression;
  readonly args: readonly Expression[];
  readonly offset: number;
}

export interface Unary {
  readonly type: "unary";
  readonly operator: "!" | "-";
  readonly operand: Expression;
  readonly offset: number;
}

/** The offset is that of the operator. */
export interface Binary {
  readonly type: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly offset: number;
}

export interface Conditional {
  readonly type: "conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly else: Expression;
  readonly offset: number;
}

export interface ListLiteral {
  readonly type: "list";
  readonly elements: readonly Expression[];
  readonly offset: number;
}

export interface ObjectLiteral {
  readonly type: "object";
  readonly entries: readonly { readonly key: string; readonly value: Expression; readonly offset: number }[];
  readonly offset: number;
}

/** `list.map(x, body)` and the like; `map` alone may have a predicate before its body, the others have only a body. */
export interface Macro {
  readonly type: "macro";
  readonly macro: MacroName;
  readonly list: Expression;
  readonly variable: string;
  readonly predicate?: Expression;
  readonly body: Expression;
  readonly offset: number;
}

/** A parsed Value expression. Offsets count UTF-16 code units from the start of its source. */
export type Expression =
  | Literal
  | Name
  | Select
  | Has
  | Index
  | Call
  | Unary
  | Binary
  | Conditional
  | ListLiteral
  | ObjectLiteral
  | Macro;
