import { type EvaluationContext, type JsonObject, type JsonValue, newFuel } from "@lintel/specs";
import { type Caller, callerValue } from "../auth/caller.ts";
import type { BindContext, NodeStatements } from "../database/index.ts";
import type { EffectRecord } from "../external/effect-record.ts";
import { Journal } from "../journal/journal.ts";
import { Budget } from "./budget.ts";
import type { CompiledSegment } from "./compiled-node.ts";
import type { Execution } from "./execution.ts";
import type { Transaction } from "./transaction.ts";

/** A flow while it runs: what its nodes have left so far, and the transaction that is open. */
export interface FlowRun {
  readonly execution: Execution;
  readonly input: JsonObject;
  readonly caller: Caller;
  /** As expressions read it. */
  readonly callerValue: JsonObject;
  readonly budget: Budget;
  readonly statements: NodeStatements;
  /** Where nodes stand: empty, or the loops around and how often each has begun, such as `each[3]/`. */
  path: string;
  /** The value that the innermost forEach is at. */
  item: JsonValue | undefined;
  /** Results by node id, as expressions read them. */
  results: Record<string, JsonValue>;
  /** Nodes that failed and let the flow go on. */
  failed: Set<string>;
  /** Version at which each row was read, by entity and id. */
  seen: Map<string, number>;
  transaction: Transaction | undefined;
  /** Effects of external calls, in the order they were made. */
  readonly effects: EffectRecord[];
  /** Segments whose changes are committed. */
  committed: number;
  /** Claim on an idempotency key or webhook delivery, settled with what the execution writes. */
  claim: Claim | undefined;
  /** Steps of the flow, where it must not be lost or leaves a trace. */
  readonly journal: Journal | undefined;
  /** The segment that is run, and the flow as it stood before it. */
  segment: RunningSegment | undefined;
  /** Runs segments of a branch outside any transaction; each passes through steps 4 to 7. */
  runSegments: (segments: readonly CompiledSegment[]) => Promise<void>;
}

export interface RunningSegment {
  readonly path: string;
  readonly before: Pick<FlowRun, "results" | "failed" | "seen">;
}

/** Who else may run this call: nobody, while the claim is held. */
export interface Claim {
  readonly table: "idempotency_keys" | "webhook_deliveries";
  /** Its names, all of them or none: digest of the caller and key, or digests of the delivery's id and signed content. */
  readonly scopes: readonly (readonly string[])[];
}

/** @param journal of an execution that is taken up again */
export function beginFlow(
  execution: Execution,
  input: JsonObject,
  caller: Caller,
  journal: Journal | undefined = newJournal(execution),
): FlowRun {
  const { tool } = execution.tool;
  const { authorize } = tool;
  const roles = authorize.type === "roles" ? caller.roles.filter((role) => authorize.roles.includes(role)) : [];
  return {
    execution,
    input,
    caller,
    callerValue: callerValue(caller, execution.tool.tenantClaim),
    budget: new Budget(execution.tool.ceilings, execution.startedAt),
    statements: execution.tool.statements.forRoles(roles),
    path: "",
    item: undefined,
    results: {},
    failed: new Set(),
    seen: new Map(),
    transaction: undefined,
    effects: [],
    committed: 0,
    claim: undefined,
    journal,
    segment: undefined,
    runSegments: () => Promise.reject(new Error("the flow has not begun")),
  };
}

function newJournal({ tool, service }: Execution): Journal | undefined {
  return tool.isDurable || service.durability.tracesAll ? new Journal(tool.isDurable) : undefined;
}

/** The roots that expressions read at this point of the flow. */
export function contextOf(run: FlowRun): EvaluationContext {
  const { execution, input, results, item } = run;
  return {
    ...(item === undefined ? {} : { item }),
    input,
    caller: run.callerValue,
    nodes: results,
    now: execution.now,
    workspace: execution.service.workspace,
  };
}

/** What statements bind from. */
export function bindContextOf(run: FlowRun): BindContext {
  const { execution, caller, seen } = run;
  return {
    context: contextOf(run),
    fuel: newFuel(),
    claims: caller.claims,
    now: execution.now,
    newId: () => execution.ids.next(),
    ...(execution.tool.tool.concurrency === "optimistic"
      ? { seenVersion: (entity: string, id: string) => seen.get(`${entity}/${id}`) }
      : {}),
  };
}

/** Remembers the version of a row that the flow has read or written. */
export function noteVersion(run: FlowRun, entity: string, row: JsonObject): void {
  const { id, version } = row;
  if (typeof id === "string" && typeof version === "number") run.seen.set(`${entity}/${id}`, version);
}

/** What a segment may change in the run, to go back to when it runs again or its failure is survived. */
export function snapshot(run: FlowRun): () => void {
  const { results, failed, seen, execution } = run;
  const kept = { results: { ...results }, failed: new Set(failed), seen: new Map(seen) };
  const position = execution.ids.position;
  const restoreBudget = run.budget.snapshot();
  return () => {
    run.results = { ...kept.results };
    run.failed = new Set(kept.failed);
    run.seen = new Map(kept.seen);
    execution.ids.position = position;
    restoreBudget();
  };
}
