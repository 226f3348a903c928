/** A file that init writes; the path is below the folder, with `/`. */
export interface InitFile {
  readonly path: string;
  readonly text: string;
}

/** What the files are written for. */
export interface InitSettings {
  /** Of the workspace; kebab-case. */
  readonly name: string;
  /** Who reviews accepted risk, as CODEOWNERS names them. */
  readonly owner: string;
  /** Of Lintel. */
  readonly version: string;
}
