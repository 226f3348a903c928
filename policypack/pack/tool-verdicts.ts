import type { Slice } from "@lintel/specs";
import type { ResourceValidationArgs } from "@pulumi/policy";
import {
  type AnalysisOptions,
  analyseSlice,
  loadSqlParser,
  needsSqlParser,
  SliceError,
  shapeProblem,
  type ToolRisk,
} from "../risk/index.ts";
import type { SeenResources } from "./seen-resources.ts";
import { SpecSources } from "./spec-sources.ts";
import { readToolInputs, type ToolInputs } from "./tool-inputs.ts";

export type Verdict =
  | { readonly type: "judged"; readonly risk: ToolRisk; readonly inputs: ToolInputs }
  | { readonly type: "unjudged"; readonly problem: string };

/**
 * The verdict on each Tool, computed once per analysed resource although every rule is a policy of its own. A policy that
 * asks for the same resource again marks a new request, whose inputs may have changed: it is judged anew.
 */
export class ToolVerdicts {
  readonly #now: Date;
  readonly #seen: SeenResources;
  readonly #sources: SpecSources;
  readonly #known = new Map<string, { readonly asked: Set<string>; readonly verdict: Promise<Verdict> }>();

  constructor(now: Date, seen: SeenResources) {
    this.#now = now;
    this.#seen = seen;
    this.#sources = new SpecSources(seen);
  }

  /** `policy` is the name of the policy that asks. */
  judge({ urn, name, props }: ResourceValidationArgs, policy: string, options: AnalysisOptions = {}): Promise<Verdict> {
    const key = `${urn} ${JSON.stringify(options)}`;
    const known = this.#known.get(key);
    if (known !== undefined && !known.asked.has(policy)) {
      known.asked.add(policy);
      return known.verdict;
    }
    const verdict = this.#judge(props, name, options);
    this.#known.set(key, { asked: new Set([policy]), verdict });
    return verdict;
  }

  async #judge(props: Readonly<Record<string, unknown>>, name: string, options: AnalysisOptions): Promise<Verdict> {
    const read = readToolInputs(props, name);
    if ("problem" in read) return { type: "unjudged", problem: read.problem };
    // Before anything is awaited: what the engine analyses next may be the executor, which asks for the tools seen.
    this.#seen.addTool(read.inputs);
    return this.#analyse(read.inputs, options);
  }

  async #analyse(inputs: ToolInputs, options: AnalysisOptions): Promise<Verdict> {
    const { slice, digest, acknowledgements } = inputs;
    const misshapen = shapeProblem(slice);
    if (misshapen !== undefined) return unjudged(slice, misshapen);
    try {
      if (needsSqlParser([slice.tool])) await loadSqlParser();
      const risk = analyseSlice(slice, digest, acknowledgements, this.#now, undefined, options);
      // Most tools have no findings, and their source files are then never read.
      if (risk.findings.length === 0) return { type: "judged", risk, inputs };
      const locate = await this.#sources.locate(inputs);
      const placed = analyseSlice(slice, digest, acknowledgements, this.#now, locate, options);
      return { type: "judged", risk: placed, inputs };
    } catch (error) {
      const reason = error instanceof SliceError ? error.message : "the slice is not one that the compiler makes";
      return unjudged(slice, reason);
    }
  }
}

function unjudged({ tool }: Slice, reason: string): Verdict {
  return { type: "unjudged", problem: `the Tool "${tool.name}" cannot be judged: ${reason}` };
}
