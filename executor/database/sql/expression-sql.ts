import {
  compileToSql,
  type Entity,
  type JsonValue,
  type Scope,
  type SqlFragment,
  type SqlParameter,
} from "@lintel/specs";
import type { Parameter } from "../statement.ts";
import { type Sql, sql } from "./raw-sql.ts";

export interface ExpressionPlace {
  readonly entity: Entity;
  readonly entities: readonly Entity[];
  readonly alias: string;
  /** Where `old` may be read. */
  readonly oldAlias?: string;
  /** What may be read besides the row; the row alone by default. */
  readonly scope?: Scope;
}

/** A bare boolean expression over a row as SQL; what depends on no row is evaluated by the executor and bound. */
export function expressionSql(source: string, place: ExpressionPlace): Sql {
  return fragmentSql(compileToSql(source, { ...place, expects: { kind: "boolean", nullable: false } }));
}

function fragmentSql({ text, parameters }: SqlFragment): Sql {
  const pieces = text.flatMap((part, index) => {
    const parameter = parameters[index];
    return parameter === undefined ? [sql.raw(part)] : [sql.raw(part), sql`${bound(parameter)}`];
  });
  return sql.join(pieces, sql.raw(""));
}

function bound({ evaluate }: SqlParameter): Parameter {
  return {
    bind: ({ context, fuel }) => {
      const value = evaluate(context, fuel);
      return Array.isArray(value) ? (value as readonly JsonValue[]).map(asText) : asText(value);
    },
  };
}

function asText(value: JsonValue): string | null {
  return value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
}
