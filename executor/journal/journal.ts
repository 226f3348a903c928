import type { JsonValue } from "@lintel/specs";
import type { EffectRecord } from "../external/effect-record.ts";
import { EndOfTrace } from "./abandoned.ts";
import { newDataKey } from "./seal.ts";
import type { RecordedError, StepOutcome } from "./step-outcome.ts";

/** An external effect as an earlier attempt of the execution left it. */
export interface KnownEffect {
  readonly state: EffectRecord["state"];
  readonly attempts: number;
  readonly errorCode: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What the database holds of an execution that is taken up. */
export interface Recorded {
  readonly dataKey: Buffer;
  readonly attempt: number;
  readonly steps: ReadonlyMap<string, StepOutcome>;
  readonly effects: ReadonlyMap<string, KnownEffect>;
  /** Why it is undone, once that was decided. */
  readonly failure: RecordedError | undefined;
  /** Its audit record stands; only effects are left open. */
  readonly isAnswered: boolean;
}

/**
 * `forward`: steps that are not recorded are taken. `back`: nothing is done any more, so that what was done can be undone.
 * `replay`: the same, without a database.
 */
export type Direction = "forward" | "back" | "replay";

/** The steps of one execution: those that the database holds, and those that go there with the next commit. */
export class Journal {
  readonly dataKey: Buffer;
  /** How often the execution was taken up; with the instance it tells who may write. */
  readonly attempt: number;
  readonly failure: RecordedError | undefined;
  readonly isAnswered: boolean;
  readonly direction: Direction;
  /** The flow must not be lost: it has external effects, or several commits. Others are traced only. */
  readonly isDurable: boolean;
  /** Its row stands. */
  isStored: boolean;
  /** Its row may stand: a commit that was asked for has not been answered. */
  isTried: boolean;
  /** Its place is taken: nothing of it is written any more. */
  isOver = false;
  /** Rows that the database knows this execution to have seen. */
  readonly tracedRows = new Set<string>();
  /** Rows that came along with others. */
  readonly included = new Set<string>();
  private readonly known: Map<string, StepOutcome>;
  private readonly effects: ReadonlyMap<string, KnownEffect>;
  private readonly pending = new Map<string, StepOutcome>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(isDurable: boolean, recorded?: Recorded, direction: Direction = "forward") {
    this.dataKey = recorded?.dataKey ?? newDataKey();
    this.attempt = recorded?.attempt ?? 0;
    this.failure = recorded?.failure;
    this.isAnswered = recorded?.isAnswered ?? false;
    this.direction = direction;
    this.isDurable = isDurable;
    this.isStored = recorded !== undefined;
    this.isTried = this.isStored;
    this.known = new Map(recorded?.steps);
    this.effects = recorded?.effects ?? new Map();
  }

  /** At the end of a flow that failed at a place which leaves no step, such as its time. @throws EndOfTrace */
  checkEnd(): void {
    if (this.failure !== undefined) throw new EndOfTrace("a step behind its end");
  }

  /** What an earlier attempt recorded of a step, once. @throws EndOfTrace where nothing new is done any more */
  recall(path: string): StepOutcome | undefined {
    const outcome = this.known.get(path);
    this.known.delete(path);
    if (outcome === undefined && this.direction !== "forward" && !this.effects.has(path)) throw new EndOfTrace(path);
    return outcome;
  }

  /** An effect that an earlier attempt began. */
  knownEffect(path: string): KnownEffect | undefined {
    return this.effects.get(path);
  }

  /** An earlier attempt has taken steps below this path, so that nothing need be waited for before them. */
  hasTaken(prefix: string): boolean {
    return [...this.known.keys()].some((path) => path.startsWith(prefix));
  }

  /** A step that need not be there, such as the decision not to go on. */
  recallDecision(path: string): StepOutcome | undefined {
    const outcome = this.known.get(path);
    this.known.delete(path);
    return outcome;
  }

  note(path: string, outcome: StepOutcome): void {
    this.pending.set(path, outcome);
  }

  noteCall(path: string, result: JsonValue): void {
    this.note(path, { type: "call", result });
  }

  /** Rows that came along with another one, of which no version is kept: an erasure of one of them shreds this trace too. */
  noteRows(entity: string, rows: readonly unknown[]): void {
    for (const row of rows) {
      if (typeof row === "object" && row !== null && "id" in row) this.included.add(`${entity}/${String(row.id)}`);
    }
  }

  /** What the next commit takes along. */
  unwritten(): readonly (readonly [path: string, outcome: StepOutcome])[] {
    return [...this.pending];
  }

  /** These are committed. */
  written(entries: readonly (readonly [path: string, outcome: StepOutcome])[]): void {
    for (const [path] of entries) this.pending.delete(path);
    this.isStored = true;
  }

  /** One write after the other: calls that run side by side begin and end in any order. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
