// Labels of Mermaid diagrams: what is not plainly text is written as its code point, which no grammar of a diagram takes for its own.

/** At most this many characters of a label are shown. */
const longest = 70;

/** Text for a label, in quotes or after a colon (mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters"). */
export function mermaidLabel(text: string): string {
  // No grammar takes an empty label.
  const line = text.replaceAll(/\s+/gu, " ").trim() || "…";
  const characters = Array.from(line);
  const cut = characters.length > longest ? [...characters.slice(0, longest - 1), "…"] : characters;
  return cut.map((character) => (plain.test(character) ? character : `#${String(character.codePointAt(0))};`)).join("");
}

const plain = /^[\p{L}\p{M}\p{N} _.,:/=…-]$/u;
