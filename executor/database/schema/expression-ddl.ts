import { compileToSql, type Entity, type JsonValue, newFuel, type SqlFragment, type ValueType } from "@lintel/specs";
import { literal } from "../identifier.ts";
import { StatementError } from "../statement.ts";

/** A boolean expression over the row's own columns, for a constraint. @throws StatementError unsupported, naming `what` */
export function conditionSql(entity: Entity, entities: readonly Entity[], source: string, what: string): string {
  return definitionSql(entity, entities, source, { kind: "boolean", nullable: false }, what);
}

/**
 * An expression over the row's own columns as SQL for a definition, its constants written out: nothing can be bound there.
 * @throws StatementError unsupported, naming `what`, where SQL cannot say it.
 */
export function definitionSql(
  entity: Entity,
  entities: readonly Entity[],
  source: string,
  expects: ValueType,
  what: string,
): string {
  try {
    const options = { entity, entities, alias: entity.table, expects, isDefinition: true } as const;
    return withConstants(compileToSql(source, options));
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : "";
    const message = `${what}: "${source}" cannot run in the database${reason}; use fields of ${entity.name} and constants`;
    throw new StatementError("unsupported", message, { cause: error });
  }
}

function withConstants({ text, parameters }: SqlFragment): string {
  const constants = parameters.map(({ evaluate }) => constant(evaluate({}, newFuel())));
  return text.map((part, index) => `${part}${constants[index] ?? ""}`).join("");
}

/** A constant in front of the cast that follows it in the text. */
function constant(value: JsonValue): string {
  if (value === null) return "NULL";
  if (Array.isArray(value)) return `ARRAY[${(value as readonly JsonValue[]).map(constant).join(", ")}]`;
  return literal(typeof value === "string" ? value : JSON.stringify(value));
}
