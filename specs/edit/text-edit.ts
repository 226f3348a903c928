import type { SpecText } from "../load/spec-file.ts";

/** A replacement in one text: `length` UTF-16 code units from `offset` become `text`. */
export interface Splice {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** A splice of one spec file; offsets count UTF-16 code units of the file's text, a byte order mark included where it has one. */
export interface TextEdit extends Splice {
  /** Relative to the spec folder, with `/`. */
  readonly file: string;
}

/**
 * The files with the edits applied; files that no edit names are the same objects.
 * @throws RangeError when an edit names no file, lies outside its text or overlaps another.
 */
export function applyEdits<F extends SpecText>(files: readonly F[], edits: readonly TextEdit[]): readonly F[] {
  const unknown = edits.find(({ file }) => !files.some(({ path }) => path === file));
  if (unknown !== undefined) throw new RangeError(`an edit is of ${unknown.file}, which is not among the files`);
  return files.map((file) => {
    const own = edits.filter((edit) => edit.file === file.path);
    return own.length === 0 ? file : { ...file, text: splice(file.text, own) };
  });
}

/**
 * The text with the splices applied; those at one offset keep their order.
 * @throws RangeError when one lies outside the text or overlaps another.
 */
export function splice(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, length, text: replacement } of inOrder(splices)) {
    if (offset < at || length < 0 || offset + length > text.length) {
      throw new RangeError(
        `an edit of ${String(length)} characters at ${String(offset)} overlaps another or the text's end`,
      );
    }
    parts.push(text.slice(at, offset), replacement);
    at = offset + length;
  }
  return [...parts, text.slice(at)].join("");
}

export function inOrder(splices: readonly Splice[]): readonly Splice[] {
  return splices.toSorted((a, b) => a.offset - b.offset);
}
