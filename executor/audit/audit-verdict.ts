/** What is wrong with the audit log, the first of its kind that was met. Numbers of rows and seals are text: they are bigint. */
export interface AuditProblem {
  readonly type:
    | "row-changed"
    | "row-removed"
    | "row-inserted"
    | "row-sealed-twice"
    | "refusals-changed"
    | "seal-changed"
    | "seal-missing"
    | "seal-unsigned"
    | "seal-unknown"
    | "head-missing"
    | "trigger-off";
  readonly message: string;
  readonly row?: string;
  readonly seal?: string;
}

export interface AuditVerdict {
  readonly isIntact: boolean;
  readonly seals: number;
  /** Rows that stand as they were sealed. */
  readonly rows: number;
  readonly refusals: number;
  /** Hex of the last seal's hash; null where nothing is sealed. */
  readonly head: string | null;
  readonly sealedAt: string | null;
  /** First seals without a signature, from before there was a key; 0 where no key was given to verify with. */
  readonly unsigned: number;
  /** Rows that no seal covers yet, and the oldest of them. */
  readonly unsealed: number;
  readonly oldestUnsealed: string | null;
  /** Ids that were drawn and never used: their transactions were rolled back. Rows that were removed before any seal are among them. */
  readonly gaps: number;
  /** All there are, or the first of them. */
  readonly problems: readonly AuditProblem[];
  readonly problemCount: number;
}

/** Problems that a verdict lists. */
const mostListed = 100;

/** Collects problems without growing with them. */
export interface ProblemList {
  readonly listed: readonly AuditProblem[];
  count(): number;
  add(problem: AuditProblem): void;
}

export function problemList(): ProblemList {
  const listed: AuditProblem[] = [];
  let count = 0;
  return {
    listed,
    count: () => count,
    add: (problem) => {
      count += 1;
      if (count <= mostListed) listed.push(problem);
    },
  };
}
