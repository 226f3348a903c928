import type { Entity } from "@lintel/specs";
import { literal, qualified, quoted } from "../identifier.ts";
import type { TriggerModel } from "./schema-model.ts";

/** A trigger by its name, which its function shares. */
export interface NamedTrigger {
  readonly name: string;
  readonly trigger: TriggerModel;
}

/** A trigger of an entity's table and its function: `when` says `ON TABLE`, `body` stands between BEGIN and END. */
export function named(entity: Entity, name: string, when: string, body: string): NamedTrigger {
  const routine = qualified("lintel", name);
  return {
    name,
    trigger: {
      routine:
        `CREATE OR REPLACE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ` +
        `SET search_path = pg_catalog, pg_temp AS ${literal(`BEGIN ${body} END`)}`,
      trigger: `CREATE OR REPLACE TRIGGER ${quoted(name)} ${when} EXECUTE FUNCTION ${routine}()`.replace(
        " ON TABLE ",
        ` ON ${qualified("app", entity.table)} `,
      ),
    },
  };
}

/** Raises an error that carries a constraint's name, as the database's own do. */
export function raise(entity: Entity, code: string, constraint: string, message: string): string {
  const detail = [
    `MESSAGE = ${literal(message)}`,
    `ERRCODE = ${literal(code)}`,
    `SCHEMA = 'app'`,
    `TABLE = ${literal(entity.table)}`,
    `CONSTRAINT = ${literal(constraint)}`,
  ];
  return `RAISE EXCEPTION USING ${detail.join(", ")};`;
}
