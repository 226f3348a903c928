import { qualified, quoted } from "../identifier.ts";
import type { DdlStatement, Phase, TableModel } from "./schema-model.ts";

/** Triggers that are new, changed or gone; each statement may be repeated. */
export function planTriggers(
  table: string,
  next: TableModel,
  standing: TableModel,
  isNew: boolean,
): readonly DdlStatement[] {
  const gone = Object.keys(standing.triggers).filter((name) => next.triggers[name] === undefined);
  const late = new Set(next.lateTriggers ?? []);
  const lock = isNew ? "none" : "SHARE ROW EXCLUSIVE";
  return [
    ...gone.flatMap((name) => dropTrigger(table, name, next.entity)),
    ...Object.entries(next.triggers).flatMap(([name, { routine, trigger }]) => {
      const before = standing.triggers[name];
      const place = { entity: next.entity, phase: late.has(name) ? "validate" : "expand" } as const;
      return [
        ...(before?.routine === routine ? [] : [{ ...statement(routine, `function of trigger ${name}`, place) }]),
        ...(before?.trigger === trigger
          ? []
          : [
              {
                ...statement(trigger, `trigger ${name} of ${next.entity}`, place),
                lock,
                ...settled(table, name, place),
              } as const,
            ]),
      ];
    }),
  ];
}

export function dropTrigger(table: string, name: string, entity: string): readonly DdlStatement[] {
  const purpose = `trigger ${name} is not needed any more`;
  const place = { entity, phase: "expand" } as const;
  const sql = `DROP TRIGGER IF EXISTS ${quoted(name)} ON ${qualified("app", table)}`;
  return [
    { ...statement(sql, purpose, place), lock: "ACCESS EXCLUSIVE" },
    statement(`DROP FUNCTION IF EXISTS ${qualified("lintel", name)}()`, purpose, place),
  ];
}

function statement(
  sql: string,
  purpose: string,
  place: { readonly entity: string; readonly phase: Phase },
): DdlStatement {
  return { sql, kind: "trigger", purpose, lock: "none", ...place };
}

function settled(table: string, name: string, { phase }: { readonly phase: Phase }): Pick<DdlStatement, "settles"> {
  return phase === "expand" ? {} : { settles: [{ table, part: "triggers", name }] };
}
