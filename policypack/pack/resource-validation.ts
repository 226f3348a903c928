import type { ReportViolation, ResourceValidation, ResourceValidationArgs } from "@pulumi/policy";

/**
 * A validation of one resource type. The SDK reads `__pulumiType` from the function and leaves other types alone before it
 * unpacks their inputs, which is most of what a policy costs.
 */
export function validateType(
  type: string,
  validate: (resource: ResourceValidationArgs, report: ReportViolation) => Promise<void> | void,
): ResourceValidation {
  const only: ResourceValidation = (resource, report) =>
    resource.type === type ? validate(resource, report) : undefined;
  return Object.assign(only, { __pulumiType: type });
}
