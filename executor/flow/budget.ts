import { ExecutionError } from "../errors/execution-error.ts";

/** Ceilings of one execution: the lowest of the workspace's limits and the policies' budgets. */
export interface Ceilings {
  /** Rows read and written. */
  readonly rows: number;
  readonly externalCalls: number;
  /** Milliseconds. */
  readonly time: number;
}

/** What an execution has used up, enforced while it runs. */
export class Budget {
  private rows = 0;
  private externalCalls = 0;
  private readonly ceilings: Ceilings;
  private readonly deadline: number;

  constructor(ceilings: Ceilings, startedAt: number) {
    this.ceilings = ceilings;
    this.deadline = startedAt + ceilings.time;
  }

  /** Milliseconds left. */
  get remainingTime(): number {
    return Math.max(0, this.deadline - Date.now());
  }

  /** @throws ExecutionError execution-timeout */
  checkTime(): void {
    if (Date.now() > this.deadline) throw new ExecutionError("execution-timeout");
  }

  /** @throws ExecutionError budget-exceeded */
  takeRows(count: number): void {
    this.rows += count;
    if (this.rows > this.ceilings.rows) throw exceeded(`more than ${this.ceilings.rows} rows`);
  }

  /** @throws ExecutionError budget-exceeded */
  takeExternalCall(): void {
    this.externalCalls += 1;
    if (this.externalCalls > this.ceilings.externalCalls) {
      throw exceeded(`more than ${this.ceilings.externalCalls} external calls`);
    }
  }

  /** Rows counted so far, to go back to when a segment runs again; external calls that were made stay made. */
  snapshot(): () => void {
    const { rows } = this;
    return () => {
      this.rows = rows;
    };
  }
}

function exceeded(detail: string): ExecutionError {
  return new ExecutionError("budget-exceeded", { detail });
}
