import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateType } from "./resource-validation.ts";
import type { SeenResources } from "./seen-resources.ts";
import { readToolInputs } from "./tool-inputs.ts";
import type { ToolVerdicts } from "./tool-verdicts.ts";
import { toolType } from "./type-tokens.ts";

/** A Tool carries the slice that it is judged by: without one the absence of findings would mean nothing. */
export function toolSlicePolicy(seen: SeenResources, verdicts: ToolVerdicts): ResourceValidationPolicy {
  return {
    name: "tool-slice",
    description: "A Tool carries a slice of its specs that matches its digest and can be judged.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: validateType(toolType, async (resource, report) => {
      const read = readToolInputs(resource.props, resource.name);
      if ("problem" in read) {
        report(read.problem);
        return;
      }
      // Before anything is awaited: the engine analyses resources side by side, and the executor's may be next.
      seen.addTool(read.inputs);
      const verdict = await verdicts.judge(resource, "tool-slice");
      if (verdict.type === "unjudged") report(verdict.problem);
    }),
  };
}
