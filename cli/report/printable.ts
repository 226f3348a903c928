// Decision: specs of a pull request are a stranger's text; a terminal must not obey what is in them, and must show what it hides.

/** Control characters but tab and newline, and those that reorder or hide text (Unicode TR 36, "bidirectional text spoofing"). */
const unprintable = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** The text with what a terminal would obey or hide written as `<U+001B>`. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    return `<U+${code}>`;
  });
}
