import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { missingToolMessages } from "./missing-tools.ts";
import { isText, knownValue, plainValue } from "./plain-value.ts";
import type { SeenResources } from "./seen-resources.ts";
import { workspaceType } from "./type-tokens.ts";

/** No tool of a workspace escapes judgement by having no Tool resource; the executor's service is checked for it earlier. */
export function allToolsRegisteredPolicy(seen: SeenResources): StackValidationPolicy {
  return {
    name: "all-tools-registered",
    description: "Every tool that a Workspace lists has a Tool resource.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateStack: ({ resources }, report) => {
      for (const resource of resources.filter(({ type }) => type === workspaceType)) {
        for (const problem of problemsOf(resource, seen)) report(problem, resource.urn);
      }
    },
  };
}

function problemsOf({ props, name: resource, urn }: PolicyResource, seen: SeenResources): readonly string[] {
  const workspace = seen.workspaceAt(urn);
  if (workspace === undefined) return []; // workspace-inputs has reported it
  const digest = knownValue(plainValue(props, "digest"), isText);
  const isOther = digest !== undefined && digest !== workspace.digest;
  return [
    ...missingToolMessages(workspace, seen),
    ...(isOther ? [`the Workspace "${resource}" ends with digest ${digest}, ${workspace.digest} was judged`] : []),
  ];
}
