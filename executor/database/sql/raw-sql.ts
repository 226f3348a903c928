// The only place that knows kysely: it numbers the placeholders and quotes the identifiers, once, when a bundle is compiled.
import { createHash } from "node:crypto";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from "kysely";
import type { Parameter, Statement } from "../statement.ts";

/** A piece of SQL with parameters in it. */
export type Sql = RawBuilder<unknown>;

/** Compiles a piece to a statement. */
export type ToStatement = (piece: Sql) => Statement;

/** A compiler of statements; connects to nothing. */
export function statementCompiler(): ToStatement {
  const compiler = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return (piece) => {
    const { sql: text, parameters } = piece.compile(compiler);
    const name = `lintel_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
    return { name, text, parameters: parameters as readonly Parameter[] };
  };
}

/** `"alias"."column"` */
export function columnRef(alias: string, column: string): Sql {
  return sql.id(alias, column);
}

/** A placeholder with an explicit type; `type` is one of our own constants, never text from outside. */
export function placeholder(parameter: Parameter, type: string): Sql {
  return sql`${parameter}::${sql.raw(type)}`;
}

export function commaList(pieces: readonly Sql[]): Sql {
  return sql.join(pieces, sql.raw(", "));
}

/** All of them; no condition is true. */
export function allOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql.raw("true") : sql.join(conditions, sql.raw(" and "));
}

export function table(schema: string, name: string): Sql {
  return sql.id(schema, name);
}

export { sql };
