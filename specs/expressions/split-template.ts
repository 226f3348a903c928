import { ExpressionError } from "./expression-error.ts";
import { skipOpaque } from "./skip-opaque.ts";

/** A run of literal text, or the source between `${` and its `}`; offsets count from the start of the template's text. */
export type TemplatePart =
  | { readonly type: "text"; readonly text: string; readonly offset: number }
  | { readonly type: "expression"; readonly source: string; readonly offset: number };

/** Splits `a ${b} c`; `$${` is a literal `${`. Throws ExpressionError `template-unterminated`. */
export function splitTemplate(text: string): readonly TemplatePart[] {
  if (!text.includes("${")) return text === "" ? [] : [{ type: "text", text, offset: 0 }];
  const parts: TemplatePart[] = [];
  let literal = "";
  let literalAt = 0;
  let at = 0;
  const flush = (): void => {
    if (literal !== "") parts.push({ type: "text", text: literal, offset: literalAt });
    literal = "";
  };
  while (at < text.length) {
    const next = text.indexOf("${", at);
    if (next < 0) break;
    const isEscaped = next > at && text.charAt(next - 1) === "$";
    if (literal === "") literalAt = at;
    literal += text.slice(at, isEscaped ? next - 1 : next);
    if (isEscaped) {
      literal += "${";
      at = next + 2;
      continue;
    }
    flush();
    const end = closingBrace(text, next + 2);
    parts.push({ type: "expression", source: text.slice(next + 2, end), offset: next + 2 });
    at = end + 1;
  }
  if (literal === "") literalAt = at;
  literal += text.slice(at);
  flush();
  return parts;
}

// Our own constant pattern, one character: what opens, closes or hides brackets.
const notable = /["'/()[\]{}]/g;

function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let at = nextNotable(text, start); at < text.length; at = nextNotable(text, at)) {
    const character = text.charAt(at);
    const behind = skipOpaque(text, at);
    if (character === "}" && depth === 0) return at;
    else if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth -= 1;
    at = Math.max(behind, at + 1);
  }
  throw new ExpressionError({
    code: "template-unterminated",
    message: '"${" has no matching "}"',
    offset: start - 2,
    hint: 'close it with "}", or write "$${" for a literal "${"',
  });
}

function nextNotable(text: string, from: number): number {
  notable.lastIndex = from;
  return notable.exec(text)?.index ?? text.length;
}
