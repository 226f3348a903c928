/**
 * The offset behind what opens at `start` and hides brackets and names: a string literal (`"…"`, `'…'`, `"""…"""`, `'''…'''`,
 * raw after an `r`) or a `//` comment; `start` itself where neither opens, the text's length where it does not close.
 */
export function skipOpaque(text: string, start: number): number {
  const first = text.charAt(start);
  if (text.startsWith("//", start)) return endOf(text.indexOf("\n", start), 1, text);
  return first === '"' || first === "'" ? skipString(text, start, first) : start;
}

function skipString(text: string, start: number, quote: string): number {
  const triple = quote.repeat(3);
  const close = text.startsWith(triple, start) ? triple : quote;
  const isRaw = /^[rR]$/.test(text.charAt(start - 1)) && !/^[A-Za-z0-9_]$/.test(text.charAt(start - 2));
  if (isRaw) return endOf(text.indexOf(close, start + close.length), close.length, text);
  let at = start + close.length;
  while (at < text.length && !text.startsWith(close, at)) at += text.charAt(at) === "\\" ? 2 : 1;
  return endOf(at < text.length ? at : -1, close.length, text);
}

function endOf(found: number, length: number, text: string): number {
  return found < 0 ? text.length : found + length;
}
