import type { ResourceValidationPolicy } from "@pulumi/policy";
import { findingMessage } from "./finding-message.ts";
import { validateType } from "./resource-validation.ts";
import type { ToolVerdicts } from "./tool-verdicts.ts";
import { toolType } from "./type-tokens.ts";

/** Accepted risk stays visible: it is listed, and does not block. */
export function acknowledgedFindingsPolicy(verdicts: ToolVerdicts): ResourceValidationPolicy {
  return {
    name: "acknowledged-findings",
    description: "A Yellow finding that somebody has accepted.",
    enforcementLevel: "advisory",
    severity: "low",
    validateResource: validateType(toolType, async (resource, report) => {
      const verdict = await verdicts.judge(resource, "acknowledged-findings");
      if (verdict.type === "unjudged") return;
      for (const finding of verdict.risk.findings) {
        const { acknowledged } = finding;
        if (acknowledged === undefined) continue;
        const { by, expires, reason } = acknowledged;
        report(`${findingMessage(finding)}; acknowledged by ${by} until ${expires}: ${reason}`);
      }
    }),
  };
}
