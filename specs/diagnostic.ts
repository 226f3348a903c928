/** A place in a spec file; line and column count from 1, column in UTF-16 code units. */
export interface SourcePosition {
  /** Path relative to the spec folder, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An error in a spec: it stops compilation, it cannot be acknowledged. Codes stand in docs/errors.md. */
export interface Diagnostic extends SourcePosition {
  readonly code: string;
  /** What is wrong with which named thing, then what to do. */
  readonly message: string;
  /** "did you mean ..." and the like. */
  readonly hint?: string;
  /** The lines around the place with a caret; empty where the file cannot be shown. */
  readonly frame: string;
}
