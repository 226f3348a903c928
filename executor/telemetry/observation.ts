import type { FlowNode } from "@lintel/specs";
import type { Pool } from "pg";
import type { execute } from "../execute.ts";
import type { RunNode } from "../flow/compiled-node.ts";
import type { refuse } from "../refuse.ts";
import type { Steps } from "../steps/steps.ts";

/** Runs a call, or refuses it. */
export interface Entrances {
  readonly execute: typeof execute;
  readonly refuse: typeof refuse;
}

/**
 * What telemetry puts around the parts of the executor when it starts. Where telemetry is off there is none, and the parts
 * stand as they are: nothing on the way of a call asks whether it is on.
 */
export interface Observation {
  entrances(entrances: Entrances): Entrances;
  steps(steps: Steps): Steps;
  externalNode(tool: string, node: FlowNode, run: RunNode): RunNode;
  pool(pool: Pool): Pool;
  /** Sends what is left, within two seconds, and stops. */
  close(): Promise<void>;
}
