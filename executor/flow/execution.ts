import { hash, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Answer, Call } from "../admission/call.ts";
import { type Caller, nobody } from "../auth/caller.ts";
import type { CompiledTool } from "../boot/compile-tool.ts";
import { traceFields } from "../log/trace.ts";
import type { Service } from "../service.ts";
import type { FlowRun } from "./flow-run.ts";

/** One run of a tool. `now`, ids and random values are drawn once, so that a replay can be given the same ones. */
export interface Execution {
  /** uuid */
  readonly id: string;
  readonly service: Service;
  readonly tool: CompiledTool;
  readonly call: Call;
  /** Milliseconds since 1970 by the machine's clock: what budgets and durations count from. */
  readonly startedAt: number;
  /** The service's clock as RFC 3339 in UTC: the only one that expressions and statements read. */
  readonly now: string;
  readonly ids: IdSequence;
  /** 16 bytes, from which all ids follow. */
  readonly seed: Buffer;
  readonly log: Logger;
  /** Known once step 2 has passed; also told to the audit record of a later refusal. */
  caller: Caller;
  isAuthenticated: boolean;
  /** The flow, from step 3 on. */
  run: FlowRun | undefined;
  /** What the caller gets, once it is settled. */
  answer: Answer | undefined;
  /** Its one record is committed. */
  isRecorded: boolean;
}

/** Random uuids from one seed. */
export interface IdSequence {
  next(): string;
  /** How many have been drawn; set back when a segment runs again. */
  position: number;
}

/** What an execution drew when it began. */
export interface Drawn {
  readonly seed: Buffer;
  /** RFC 3339 */
  readonly now: string;
}

/** @param drawn of an execution that is begun again */
export function beginExecution(
  service: Service,
  tool: CompiledTool,
  call: Call,
  { seed, now }: Drawn = draw(service),
): Execution {
  const ids = idSequence(seed);
  const id = ids.next();
  const startedAt = Date.now();
  let log: Logger | undefined;
  return {
    id,
    service,
    tool,
    call,
    startedAt,
    now,
    ids,
    seed,
    get log() {
      return (log ??= service.log.child(logFields(this)));
    },
    caller: nobody,
    isAuthenticated: false,
    run: undefined,
    answer: undefined,
    isRecorded: false,
  };
}

/** By what lines of the log are told to be this execution's. */
export function logFields({ id, tool, call, service }: Execution): Readonly<Record<string, string>> {
  return { execution: id, tool: tool.tool.name, ...traceFields(call.trace, service.project) };
}

/** Random bits as Node keeps them ready for uuids: cheaper than asking the system for 16 bytes each time. */
function draw({ clock }: Service): Drawn {
  return { seed: Buffer.from(randomUUID().replaceAll("-", ""), "hex"), now: new Date(clock()).toISOString() };
}

/** Version 8 uuids (RFC 9562, section 5.8): sha256 of the seed and the position. */
function idSequence(seed: Buffer): IdSequence {
  const start = seed.toString("hex");
  const sequence: IdSequence = {
    position: 0,
    next: () => {
      const hex = hash("sha256", `${start}/${String(sequence.position)}`);
      sequence.position += 1;
      const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) & 3] ?? "8";
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
  return sequence;
}
