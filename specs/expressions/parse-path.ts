// Decision: `input.id` is what most expressions are, and the grammar's parser spends a hundred times longer on it than this.
import type { Expression } from "./expression.ts";

// Our own constant patterns, anchored and without nested repetition: linear.
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const dot = /\.(?=[A-Za-z_])/y;

/** Words that CEL reserves: the parser says what they are, and where they cannot stand. */
const reserved: ReadonlySet<string> = new Set([
  ...[
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
  ],
  ...["loop", "package", "namespace", "return", "var", "void", "while"],
]);

/** Fewer than any limit on depth. */
const maximumNames = 16;

/** A name and fields of it, as `input.room.id`; undefined for every other expression, which the parser is for. */
export function parsePath(source: string): Expression | undefined {
  let path: Expression | undefined;
  let at = 0;
  for (let count = 0; count < maximumNames; count += 1) {
    const word = matchAt(name, source, at);
    if (word === undefined || reserved.has(word)) return undefined;
    path =
      path === undefined
        ? { type: "name", name: word, offset: at }
        : { type: "select", operand: path, field: word, offset: at };
    at += word.length;
    if (at === source.length) return path;
    if (matchAt(dot, source, at) === undefined) return undefined;
    at += 1;
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
