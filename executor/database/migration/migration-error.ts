import type { SchemaProblem } from "../schema/schema-model.ts";

/** A migration that is refused or failed; the database serves what it served before. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  /** `refused`: the change would lose data or is not understood. `locked`: others held locks too long. `failed`: PostgreSQL refused a statement. */
  readonly code: "refused" | "locked" | "failed";
  readonly problems: readonly SchemaProblem[];
  constructor(
    code: MigrationError["code"],
    message: string,
    options: ErrorOptions & { readonly problems?: readonly SchemaProblem[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.problems = options.problems ?? [];
  }
}
