import { shortDigest } from "@lintel/specs";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { missingToolMessages } from "../pack/missing-tools.ts";
import { isText, knownValue, plainValue } from "../pack/plain-value.ts";
import { validateType } from "../pack/resource-validation.ts";
import type { SeenExecutor, SeenResources, SeenWorkspace } from "../pack/seen-resources.ts";
import type { Props } from "./cloud-rule.ts";
import { containersOf, type ExecutorType, environmentOf, isExecutor, labelOf } from "./executor-containers.ts";

/** What runs is what was judged: labels and environment name the digest of the analysed Workspace, and no tool escaped. */
export function executorDigestPolicy(executor: ExecutorType, seen: SeenResources): ResourceValidationPolicy {
  return {
    name: `${executor.role}-digest`,
    description: "What runs is the bundle that was judged, all of its tools included.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: validateType(executor.type, ({ props }, report) => {
      if (!isExecutor(props, executor)) return;
      const name = labelOf(props, "lintel-workspace");
      const workspace = name === undefined ? undefined : seen.workspace(name);
      if (workspace === undefined) {
        report(`the label "lintel-workspace" is ${quoted(name)}, and no such workspace is in this stack`);
        return;
      }
      if (executor.role === "executor") seen.addExecutor(executorOf(props, executor, workspace));
      const problems = [...digestProblems(props, executor, workspace), ...missingToolMessages(workspace, seen)];
      for (const problem of problems) report(problem);
    }),
  };
}

function executorOf(props: Props, executor: ExecutorType, { name: workspace }: SeenWorkspace): SeenExecutor {
  const audiences = knownValue(plainValue(props, "customAudiences"), isTexts) ?? [];
  const own = containersOf(props, executor).flatMap((each) => environmentOf(each).get("LINTEL_AUDIENCE") ?? []);
  return {
    service: knownValue(plainValue(props, "name"), isText) ?? "",
    workspace,
    // What Cloud Run takes, and the executor too: it compares with its own.
    audiences: audiences.filter((audience) => own.length === 0 || own.includes(audience)),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function digestProblems(props: Props, executor: ExecutorType, { name, digest }: SeenWorkspace): readonly string[] {
  const label = labelOf(props, "lintel-digest");
  const pins = containersOf(props, executor).flatMap((each) => environmentOf(each).get("LINTEL_BUNDLE_DIGEST") ?? []);
  const wrong = pins.find((pin) => pin !== digest);
  const judged = `the judged workspace "${name}" has`;
  return [
    ...(label === shortDigest(digest)
      ? []
      : [`the label "lintel-digest" is ${quoted(label)}, ${judged} "${shortDigest(digest)}"`]),
    ...(pins.length === 0
      ? ["no container has LINTEL_BUNDLE_DIGEST as a plain value; set it to the Workspace's digest"]
      : []),
    ...(wrong === undefined ? [] : [`LINTEL_BUNDLE_DIGEST is "${wrong}", ${judged} "${digest}"`]),
  ];
}

function quoted(text: string | undefined): string {
  return text === undefined ? "missing" : `"${text}"`;
}
