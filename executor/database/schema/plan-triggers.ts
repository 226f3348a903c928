import { qualified, quoted } from "../identifier.ts";
import type { DdlStatement, TableModel } from "./schema-model.ts";

/** Triggers that are new, changed or gone; each statement may be repeated. */
export function planTriggers(table: string, next: TableModel, standing: TableModel): readonly DdlStatement[] {
  const gone = Object.keys(standing.triggers).filter((name) => next.triggers[name] === undefined);
  return [
    ...gone.flatMap((name) => drop(table, name)),
    ...Object.entries(next.triggers).flatMap(([name, { routine, trigger }]) => {
      const before = standing.triggers[name];
      return [
        ...(before?.routine === routine ? [] : [statement(routine, `function of trigger ${name}`)]),
        ...(before?.trigger === trigger ? [] : [statement(trigger, `trigger ${name} of ${next.entity}`)]),
      ];
    }),
  ];
}

function drop(table: string, name: string): readonly DdlStatement[] {
  const purpose = `trigger ${name} is not needed any more`;
  return [
    statement(`DROP TRIGGER IF EXISTS ${quoted(name)} ON ${qualified("app", table)}`, purpose),
    statement(`DROP FUNCTION IF EXISTS ${qualified("lintel", name)}()`, purpose),
  ];
}

function statement(sql: string, purpose: string): DdlStatement {
  return { sql, kind: "trigger", purpose, phase: "transaction" };
}
