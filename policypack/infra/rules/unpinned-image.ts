import type { CloudRule } from "../cloud-rule.ts";
import { executorTypes, isExecutor } from "../executor-containers.ts";
import { textAt } from "../read-props.ts";
import { isWorkload, workloadContainers } from "../workloads.ts";

const pinned = /@sha256:[0-9a-f]{64}$/;

/** Of what runs the executor, the policies `executor-image` and `migration-image` say the same. */
export const unpinnedImage: CloudRule = {
  id: "unpinned-image",
  title: "A container image is pinned by digest",
  rationale: "A tag can be moved to another image after the review, and the next revision runs it.",
  fix: "name the image as IMAGE@sha256:DIGEST",
  severity: "high",
  enforcement: "mandatory",
  covers: isWorkload,
  observe: (resource) => {
    const executor = executorTypes.find(({ type }) => type === resource.type);
    if (executor !== undefined && isExecutor(resource.props, executor)) return [];
    return workloadContainers(resource).map((container) => () => {
      const image = textAt(container, "image");
      if (image !== undefined && pinned.test(image)) return undefined;
      return `the image "${image ?? ""}" is not pinned by digest`;
    });
  },
};
