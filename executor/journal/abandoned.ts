/**
 * The execution cannot be ended here: the database is away in the middle of it, or another instance has taken it over. Nothing more
 * is done, nothing undone and nothing recorded by this instance; whoever takes the execution up ends it.
 */
export class Abandoned extends Error {
  override readonly name = "Abandoned";

  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}

/** A trace does not hold what its flow asks for: where an execution that is only undone or only told again has come to its end. */
export class EndOfTrace extends Error {
  override readonly name = "EndOfTrace";

  constructor(path: string) {
    super(`the journal does not hold ${path}`);
  }
}
