import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { SeenResources } from "../pack/seen-resources.ts";
import { type CloudRule, type CloudSettings, judgeResource } from "./cloud-rule.ts";

/** The policy of one cloud rule. */
export function cloudPolicy(rule: CloudRule, seen: SeenResources): ResourceValidationPolicy {
  return {
    name: rule.id,
    description: `${rule.title}.`,
    enforcementLevel: rule.enforcement,
    severity: rule.severity,
    remediationSteps: rule.fix,
    configSchema: { properties: { ...rule.configuration } },
    validateResource: (resource, report) => {
      if (!rule.covers(resource.type)) return;
      const { type, name, urn, props, provider } = resource;
      const settings = resource.getConfig<CloudSettings>();
      const { violations, undecided } = judgeResource(
        rule,
        { type, name, urn, props, ...(provider === undefined ? {} : { provider: provider.props }) },
        { settings, seen },
      );
      for (const violation of violations) report(`${violation}; fix: ${rule.fix}`);
      // The engine then says that this policy could not run yet, rather than that it passed. In the update all is known.
      if (undecided !== undefined && violations.length === 0) throw undecided;
    },
  };
}
