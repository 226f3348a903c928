// Decision: never a re-print. Source text is spliced, and what comes out is parsed again: it must say exactly what was wanted and
// keep every comment, else the edit is refused. See docs/decisions/0008-a-fix-is-a-proven-splice.md.
import { canonicalJson } from "../bundle/canonical-json.ts";
import type { JsonValue } from "../json.ts";
import type { Scalars } from "../load/parse-file.ts";
import { EditError } from "./edit-error.ts";
import { insertItem, insertWritten, removeItem, wrapItems, writtenItem } from "./edit-list.ts";
import { removePair, setValue, type Ways } from "./edit-map.ts";
import { applyToValue, type EditOperation, lastOf } from "./edit-operation.ts";
import { commentsOf, type EditableDocument, openDocument } from "./editable-document.ts";
import { splicePieces, splicesOf, wholeText } from "./pieces.ts";
import type { TextFormat } from "./print-value.ts";
import { type Splice, splice } from "./text-edit.ts";

export interface EditOptions {
  /** `yaml` unless said otherwise. */
  readonly format?: TextFormat;
  /** `failsafe` where every scalar is text, as in acknowledgements; `core` otherwise. */
  readonly scalars?: Scalars;
}

export interface EditedText {
  readonly text: string;
  /** What turns the given text into that one; nothing outside of these was touched. */
  readonly splices: readonly Splice[];
}

/**
 * Applies operations one after the other to the text of one YAML or JSON document.
 * @throws EditError when one cannot be done without changing anything else; the text is then as it was.
 */
export function editText(text: string, operations: readonly EditOperation[], options: EditOptions = {}): EditedText {
  const { format = "yaml", scalars = "core" } = options;
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const first = text.slice(mark);
  let document = openDocument(first, format, scalars);
  let pieces = wholeText(first);
  for (const operation of operations) {
    const { splices, edited } = apply(document, operation);
    pieces = splicePieces(pieces, splices);
    document = edited;
  }
  const splices = splicesOf(pieces, first.length).map((each) => ({ ...each, offset: each.offset + mark }));
  return { text: text.slice(0, mark) + document.text, splices };
}

interface Applied {
  readonly splices: readonly Splice[];
  readonly edited: EditableDocument;
}

function apply(document: EditableDocument, operation: EditOperation): Applied {
  const wanted = canonicalJson(applyToValue(operation, document.value));
  const best = bestOf(waysOf(document, operation), document, wanted);
  const name = `${operation.type} ${("path" in operation ? operation.path : operation.from).join("/")}`;
  if (best === undefined)
    throw new EditError("not-possible-here", `"${name}" cannot be done in the way this text is written`);
  if (best.lost > 0 && operation.type !== "remove")
    throw new EditError("loses-comment", `"${name}" would lose a comment`);
  return best;
}

function waysOf(document: EditableDocument, operation: EditOperation): Ways {
  switch (operation.type) {
    case "set":
      return setValue(document, operation.path, operation.value, operation.after);
    case "remove":
      return typeof lastOf(operation.path) === "number"
        ? removeItem(document, operation.path)
        : removePair(document, operation.path);
    case "insert":
      return insertItem(document, operation.path, operation.index, operation.value, operation.comment);
    case "wrap":
      return wrapItems(document, operation.path, operation);
    case "move":
      return moveWays(document, operation);
  }
}

/** Out of one list and, in the text without it, into the other. */
function moveWays(document: EditableDocument, { from, to, index }: Extract<EditOperation, { type: "move" }>): Ways {
  const item = writtenItem(document, from);
  return removeItem(document, from).flatMap((removal) => {
    const without = reopen(document.text, removal, document.format, document.scalars);
    if (without === undefined) return [];
    return insertWritten(without, to, index, item).map((insertion) =>
      mergeSplices(document.text, [removal, insertion]),
    );
  });
}

/** An edit that says what is wanted, and the number of comments that are gone with it. */
interface Proven extends Applied {
  readonly lost: number;
}

/** The first way that loses no comment, else the one that loses the fewest. */
function bestOf(ways: Ways, document: EditableDocument, wanted: string): Proven | undefined {
  let best: Proven | undefined;
  for (const splices of ways) {
    const proven = prove(document, splices, wanted);
    if (proven?.lost === 0) return proven;
    if (proven !== undefined && proven.lost < (best?.lost ?? Infinity)) best = proven;
  }
  return best;
}

function prove(
  { text, format, scalars }: EditableDocument,
  splices: readonly Splice[],
  wanted: string,
): Proven | undefined {
  const edited = reopen(text, splices, format, scalars);
  if (edited === undefined || canonicalJson(edited.value) !== wanted) return undefined;
  return { splices, edited, lost: countLost(text, edited.text) };
}

function reopen(
  text: string,
  splices: readonly Splice[],
  format: TextFormat,
  scalars: Scalars,
): EditableDocument | undefined {
  try {
    return openDocument(splice(text, splices), format, scalars);
  } catch (error) {
    if (error instanceof EditError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function countLost(before: string, after: string): number {
  const left = commentsOf(after).map((comment) => comment.text);
  return commentsOf(before).filter(({ text }) => {
    const at = left.indexOf(text);
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  }).length;
}

/** Splices made one list after the other, as one list of the text that stood at first. */
export function mergeSplices(text: string, lists: readonly (readonly Splice[])[]): readonly Splice[] {
  return splicesOf(lists.reduce(splicePieces, wholeText(text)), text.length);
}

/** The value of a text as the loader reads it. @throws EditError when it cannot be read. */
export function readValue(text: string, options: EditOptions = {}): JsonValue {
  return openDocument(text.replace(/^\uFEFF/, ""), options.format ?? "yaml", options.scalars ?? "core").value;
}
