import type { Acknowledgement } from "@lintel/specs";
import type { Finding } from "../finding.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { type AcknowledgementProblem, acknowledgementRules } from "./acknowledgement-rules.ts";

export interface PlacedFinding {
  readonly finding: Finding;
  readonly path: string;
}

/** What is wrong with an acknowledgement, as a finding of its tool. */
export function problemFinding(id: AcknowledgementProblem, acknowledgement: Acknowledgement, detail = ""): Finding {
  const { level, fix, describe } = acknowledgementRules[id];
  const { tool, node, rule, fingerprint } = acknowledgement;
  return {
    rule: id,
    level,
    confidence: "certain",
    tool,
    ...(node === undefined ? {} : { node }),
    message: describe(acknowledgement, detail),
    fix,
    fingerprint: fingerprintOf(id, tool, { rule, node: node ?? null, fingerprint }),
  };
}
