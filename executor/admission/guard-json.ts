// Decision: what JSON.parse lets pass (depth, duplicate keys) is refused before it runs; RFC 8259 leaves both to us.

/** Objects and lists within one another. */
export const maximumDepth = 64;

/** Why a JSON text is refused. */
export type JsonFlaw = "too-deep" | "duplicate-key";

/**
 * The first flaw of a text that JSON.parse would accept; other texts may get any answer. One pass, linear, bounded stack.
 */
export function findFlaw(text: string): JsonFlaw | undefined {
  /** Keys seen per open object; undefined for lists. */
  const open: (Set<string> | undefined)[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) {
        const key = text.slice(at, end);
        const name = key.includes("\\") ? decode(key) : key.slice(1, -1);
        if (keys.has(name)) return "duplicate-key";
        keys.add(name);
      }
      at = end;
      continue;
    }
    if (character === "{" || character === "[") {
      if (open.push(character === "{" ? new Set() : undefined) > maximumDepth) return "too-deep";
    } else if (character === "}" || character === "]") {
      open.pop();
    }
    at += 1;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** A string followed by a colon is a key. */
function isKey(text: string, end: number): boolean {
  let at = end;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at += 1;
  return text[at] === ":";
}

function decode(key: string): string {
  try {
    return String(JSON.parse(key));
  } catch {
    return key;
  }
}
