import type { RiskReport } from "@lintel/policypack/risk";
import type { Acknowledgement, CompiledSpecs, Diagnostic } from "@lintel/specs";

/** What is to be judged; plain data, for it goes to another thread. */
export interface JudgementRequest {
  /** Absolute path of the spec folder. */
  readonly folder: string;
  readonly environment: string | undefined;
  /** Beside those in the folder. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** ISO instant: acknowledgements expire. */
  readonly now: string;
}

/** Compiled and judged specs. */
export interface JudgedSpecs {
  readonly specs: CompiledSpecs;
  readonly report: RiskReport;
}

/** Either the judged specs, or why they do not compile. */
export type Judgement =
  | ({ readonly type: "judged" } & JudgedSpecs)
  | { readonly type: "rejected"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: "crashed"; readonly message: string };
