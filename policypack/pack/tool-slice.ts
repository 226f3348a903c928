import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateType } from "./resource-validation.ts";
import type { ToolVerdicts } from "./tool-verdicts.ts";
import { toolType } from "./type-tokens.ts";

/** A Tool carries the slice that it is judged by: without one the absence of findings would mean nothing. */
export function toolSlicePolicy(verdicts: ToolVerdicts): ResourceValidationPolicy {
  return {
    name: "tool-slice",
    description: "A Tool carries a slice of its specs that matches its digest and can be judged.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: validateType(toolType, async (resource, report) => {
      const verdict = await verdicts.judge(resource, "tool-slice");
      if (verdict.type === "unjudged") report(verdict.problem);
    }),
  };
}
