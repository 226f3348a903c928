import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateType } from "./resource-validation.ts";
import type { SeenResources } from "./seen-resources.ts";
import type { ToolVerdicts } from "./tool-verdicts.ts";
import { toolType } from "./type-tokens.ts";

/** What is judged is what the workspace deploys: its Workspace lists the digest of this very slice. */
export function toolListedPolicy(seen: SeenResources, verdicts: ToolVerdicts): ResourceValidationPolicy {
  return {
    name: "tool-listed",
    description: "The Workspace lists the digest of every Tool's slice.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: validateType(toolType, async (resource, report) => {
      const verdict = await verdicts.judge(resource, "tool-listed");
      if (verdict.type === "unjudged") return; // tool-slice reports it
      const { workspace, slice, digest } = verdict.inputs;
      const listed = seen.workspace(workspace);
      const tool = slice.tool.name;
      if (listed === undefined)
        report(`the Tool "${tool}" belongs to the workspace "${workspace}", which is not in this stack`);
      else if (!Object.hasOwn(listed.slices, tool))
        report(`the workspace "${workspace}" does not list the tool "${tool}"`);
      else if (listed.slices[tool] !== digest) {
        report(
          `the workspace "${workspace}" lists "${tool}" with digest ${String(listed.slices[tool])}, the Tool has ${digest}`,
        );
      }
    }),
  };
}
