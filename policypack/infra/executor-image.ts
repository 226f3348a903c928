import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isText, knownValue, plainValue } from "../pack/plain-value.ts";
import { validateType } from "../pack/resource-validation.ts";
import { containersOf, type ExecutorType, isExecutor } from "./executor-containers.ts";

const pinned = /@sha256:[0-9a-f]{64}$/;

/** A tag can be moved to another image after the review, a digest cannot. It is unknown in a preview that has yet to build it. */
export function executorImagePolicy(executor: ExecutorType): ResourceValidationPolicy {
  return {
    name: `${executor.role}-image`,
    description: "The image of an executor is pinned by digest.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: validateType(executor.type, ({ props }, report) => {
      if (!isExecutor(props, executor)) return;
      for (const container of containersOf(props, executor)) {
        const image = plainValue(container, "image");
        if (image.type === "unknown") continue;
        const reference = knownValue(image, isText) ?? "";
        if (!pinned.test(reference))
          report(`the image "${reference}" is not pinned by digest; name it as IMAGE@sha256:DIGEST`);
      }
    }),
  };
}
