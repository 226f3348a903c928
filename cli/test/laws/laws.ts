// What must hold after every call, whatever it was: looked at in the rows themselves, past the executor that should have seen to it.
import {
  type Bundle,
  compileExpression,
  type Entity,
  type Evaluate,
  entityScope,
  isJsonObject,
  type JsonObject,
  newFuel,
  rowScope,
  type Tool,
} from "@lintel/specs";
import type { PlannedCall } from "../build-call.ts";
import type { Observation } from "../lane.ts";
import { brokenConstraints } from "./constraints.ts";
import { nestRow } from "./nest-row.ts";
import { brokenOutput, type CheckOutput, outputChecks } from "./output.ts";
import { brokenOwnership } from "./ownership.ts";
import { brokenStatus } from "./status.ts";

/** A law that a call has broken. */
export interface BrokenLaw {
  /** `invariant`, `status`, `unique`, `exclusion`, `reference`, `output`, `server-error`, `audit`, `ownership` or `tenant`. */
  readonly law: string;
  /** Which invariant, row or place; the same for the same fault, so that a shorter sequence can be told to show it too. */
  readonly subject: string;
  readonly message: string;
}

/** The laws of one bundle, compiled. */
export interface Laws {
  readonly bundle: Bundle;
  readonly invariants: readonly InvariantLaw[];
  /** `where` of exclusions, by entity and name. */
  readonly exclusionWhere: ReadonlyMap<string, Evaluate>;
  readonly outputs: ReadonlyMap<string, CheckOutput>;
}

interface InvariantLaw {
  readonly entity: Entity;
  readonly name: string;
  readonly message: string;
  readonly evaluate: Evaluate;
  /** It compares a row with the one before, so that it speaks of rows that change. */
  readonly readsOld: boolean;
}

export function compileLaws(bundle: Bundle): Laws {
  const { entities } = bundle;
  const invariants = entities.flatMap((entity) =>
    entity.invariants.map(
      ({ name, expr, message }): InvariantLaw => ({
        entity,
        name,
        message,
        evaluate: compileExpression(expr, entityScope(entity, entities)),
        readsOld: /\bold\b/u.test(expr),
      }),
    ),
  );
  const wheres = entities.flatMap((entity) =>
    entity.exclude.flatMap(({ name, where }) =>
      where === undefined
        ? []
        : [[`${entity.name}/${name}`, compileExpression(where, rowScope(entity, entities))] as const],
    ),
  );
  return { bundle, invariants, exclusionWhere: new Map(wheres), outputs: outputChecks(bundle.tools) };
}

/** The laws that a call has broken: none, if executor and specs are right. */
export function brokenLaws(laws: Laws, planned: PlannedCall, seen: Observation): readonly BrokenLaw[] {
  return [
    ...brokenAnswer(planned.tool, seen),
    ...brokenOutput(laws.outputs, planned.tool, seen.answer),
    ...brokenInvariants(laws, seen),
    ...brokenStatus(laws.bundle, seen),
    ...brokenConstraints(laws, seen.after),
    ...brokenOwnership(laws.bundle, planned, seen),
    ...brokenAudit(planned.tool, seen),
  ];
}

/** Problems of services that the flow calls, and of contention, are the caller's to live with; other 5xx are nobody's. */
const blameless = new Set(["external-call-failed", "external-call-timeout", "external-call-limited"]);

function brokenAnswer(tool: Tool, { answer, calls }: Observation): readonly BrokenLaw[] {
  if (answer.status < 500) return [];
  const code = isJsonObject(answer.body) && typeof answer.body["code"] === "string" ? answer.body["code"] : "";
  if (calls.length > 0 && blameless.has(code)) return [];
  const text = `${tool.name} answers ${String(answer.status)} ${code}`;
  return [{ law: "server-error", subject: `${tool.name}/${code}`, message: text.trim() }];
}

/** All rows, not just those that the call touched: a change of one row can break what another one promises. */
function brokenInvariants({ invariants, bundle }: Laws, { before, after }: Observation): readonly BrokenLaw[] {
  return invariants.flatMap(({ entity, name, message, evaluate, readsOld }) => {
    const earlier = new Map((before[entity.name] ?? []).map(({ values }) => [values["id"], values]));
    return (after[entity.name] ?? []).flatMap(({ values, isDeleted }): readonly BrokenLaw[] => {
      if (isDeleted) return [];
      const old = earlier.get(values["id"] ?? null);
      if (readsOld && old?.["version"] === values["version"]) return [];
      const context = {
        this: nestRow(entity, values, after, bundle.entities),
        old: old === undefined ? null : nestRow(entity, old, before, bundle.entities),
      };
      if (holds(evaluate, context)) return [];
      const subject = `${entity.name}/${name}`;
      return [
        { law: "invariant", subject, message: `${subject} (${message}) does not hold for ${rowName(entity, values)}` },
      ];
    });
  });
}

function holds(evaluate: Evaluate, context: JsonObject): boolean {
  try {
    return evaluate(context, newFuel()) === true;
  } catch {
    return false;
  }
}

function rowName(entity: Entity, values: JsonObject): string {
  return `${entity.name} ${JSON.stringify(values)}`;
}

/** One record for each execution; strangers' refusals are counted instead once they come in floods. */
function brokenAudit(tool: Tool, { answer, records }: Observation): readonly BrokenLaw[] {
  if (answer.headers["lintel-execution"] === undefined || records === 1 || answer.status === 401) return [];
  return [
    {
      law: "audit",
      subject: tool.name,
      message: `the execution of ${tool.name} has ${String(records)} audit records, not one`,
    },
  ];
}
