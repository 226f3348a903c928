// Edits made one after the other, told as edits of the text that stood at first: what no edit touched is never looked at again.
import { inOrder, type Splice } from "./text-edit.ts";

/** A run of the first text, or text that an edit brought. */
type Piece =
  | { readonly type: "kept"; readonly from: number; readonly to: number }
  | { readonly type: "new"; readonly text: string };

export type Pieces = readonly Piece[];

export function wholeText(text: string): Pieces {
  return [{ type: "kept", from: 0, to: text.length }];
}

/** The pieces after splices whose offsets count in what the pieces make up now. */
export function splicePieces(pieces: Pieces, splices: readonly Splice[]): Pieces {
  const result: Piece[] = [];
  let at = 0;
  for (const { offset, length, text } of inOrder(splices)) {
    result.push(...between(pieces, at, offset), { type: "new", text });
    at = offset + length;
  }
  return [...result, ...between(pieces, at, lengthOf(pieces))];
}

/** The pieces as splices of the first text: what lies between kept runs is replaced by what was brought there. */
export function splicesOf(pieces: Pieces, length: number): readonly Splice[] {
  const splices: Splice[] = [];
  let at = 0;
  let brought = "";
  const close = (from: number): void => {
    if (brought !== "" || from > at) splices.push({ offset: at, length: from - at, text: brought });
    brought = "";
  };
  for (const piece of pieces) {
    if (piece.type === "new") {
      brought += piece.text;
      continue;
    }
    close(piece.from);
    at = piece.to;
  }
  close(length);
  return splices;
}

function between(pieces: Pieces, from: number, to: number): readonly Piece[] {
  let start = 0;
  return pieces.flatMap((piece): readonly Piece[] => {
    const size = sizeOf(piece);
    const [low, high] = [Math.max(from - start, 0), Math.min(to - start, size)];
    start += size;
    if (low >= high) return [];
    if (piece.type === "new") return [{ type: "new", text: piece.text.slice(low, high) }];
    return [{ type: "kept", from: piece.from + low, to: piece.from + high }];
  });
}

function sizeOf(piece: Piece): number {
  return piece.type === "new" ? piece.text.length : piece.to - piece.from;
}

function lengthOf(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
}
