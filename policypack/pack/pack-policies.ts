import type { Policies } from "@pulumi/policy";
import { cloudPolicy } from "../infra/cloud-policy.ts";
import { executorTypes } from "../infra/executor-containers.ts";
import { executorDigestPolicy } from "../infra/executor-digest.ts";
import { executorImagePolicy } from "../infra/executor-image.ts";
import { cloudRules } from "../infra/rules/index.ts";
import { rulesMetadata } from "../risk/index.ts";
import { acknowledgedFindingsPolicy } from "./acknowledged-findings.ts";
import { allToolsRegisteredPolicy } from "./all-tools-registered.ts";
import { rulePolicy, workspacePolicies } from "./rule-policy.ts";
import { SeenResources } from "./seen-resources.ts";
import { toolListedPolicy } from "./tool-listed.ts";
import { toolSlicePolicy } from "./tool-slice.ts";
import { ToolVerdicts } from "./tool-verdicts.ts";
import { workspaceInputsPolicy } from "./workspace-inputs.ts";

/**
 * One policy per rule, and those that keep the verdict honest. `now` decides which acknowledgements hold; what the policies
 * learn of one resource for the judgement of another lives as long as the pack's process, which is one preview or update.
 */
export function packPolicies(now: Date): Policies {
  const seen = new SeenResources();
  const verdicts = new ToolVerdicts(now, seen);
  return [
    workspaceInputsPolicy(seen), // first: the others look up what it has seen
    toolSlicePolicy(verdicts),
    toolListedPolicy(seen, verdicts),
    ...rulesMetadata.map((rule) => rulePolicy(rule, verdicts)),
    ...workspacePolicies(verdicts),
    acknowledgedFindingsPolicy(verdicts),
    allToolsRegisteredPolicy(seen),
    ...executorTypes.flatMap((type) => [executorDigestPolicy(type, seen), executorImagePolicy(type)]),
    ...cloudRules.map((rule) => cloudPolicy(rule, seen)), // after the executors, whose services they look up
  ];
}
