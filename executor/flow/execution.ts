import { createHash, randomBytes } from "node:crypto";
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
  { seed, now }: Drawn = { seed: randomBytes(16), now: new Date(service.clock()).toISOString() },
): Execution {
  const ids = idSequence(seed);
  const id = ids.next();
  const startedAt = Date.now();
  const fields = { execution: id, tool: tool.tool.name, ...traceFields(call.trace, service.project) };
  return {
    id,
    service,
    tool,
    call,
    startedAt,
    now,
    ids,
    seed,
    log: service.log.child(fields),
    caller: nobody,
    isAuthenticated: false,
    run: undefined,
    answer: undefined,
    isRecorded: false,
  };
}

/** Version 8 uuids (RFC 9562, section 5.8): sha256 of the seed and the position. */
function idSequence(seed: Buffer): IdSequence {
  const sequence: IdSequence = {
    position: 0,
    next: () => {
      const digest = createHash("sha256").update(seed).update(String(sequence.position)).digest();
      sequence.position += 1;
      digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
      digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
      const hex = digest.toString("hex", 0, 16);
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    },
  };
  return sequence;
}
