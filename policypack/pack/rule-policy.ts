import type { PolicyConfigSchema, ResourceValidationPolicy, Severity } from "@pulumi/policy";
import type { AnalysisOptions, Finding, RuleMetadata } from "../risk/index.ts";
import { findingMessage } from "./finding-message.ts";
import { validateType } from "./resource-validation.ts";
import type { ToolVerdicts } from "./tool-verdicts.ts";
import { toolType } from "./type-tokens.ts";

/** What an organization can tighten about a rule. CrossGuard's own switch can still lower a level: hence the other two gates. */
type RuleConfiguration = AnalysisOptions & { readonly level?: "red" };

const severities: Readonly<Record<Finding["level"], Severity>> = { red: "critical", yellow: "high" };

/** The policy of one rule: every finding of it that nobody has validly accepted is a violation on the tool's own resource. */
export function rulePolicy(rule: RuleMetadata, verdicts: ToolVerdicts): ResourceValidationPolicy {
  return {
    name: rule.id,
    description: `${rule.title}.`,
    enforcementLevel: "mandatory",
    severity: severities[rule.level],
    remediationSteps: rule.fix.title,
    configSchema: configurationOf(rule),
    validateResource: validation(rule.id, (finding) => finding.rule === rule.id, verdicts),
  };
}

/** The rules that workspaces declare in their own policies, by level. */
export function workspacePolicies(verdicts: ToolVerdicts): readonly ResourceValidationPolicy[] {
  return (["red", "yellow"] as const).map((level) => ({
    name: `workspace-policy-${level}`,
    description: `A rule that the workspace's own policies declare ${level} does not hold.`,
    enforcementLevel: "mandatory",
    severity: severities[level],
    validateResource: validation(
      `workspace-policy-${level}`,
      (finding) => finding.rule.startsWith("policy/") && finding.level === level,
      verdicts,
    ),
  }));
}

function validation(policy: string, isOwn: (finding: Finding) => boolean, verdicts: ToolVerdicts) {
  return validateType(toolType, async (resource, report) => {
    const { level, ...options } = resource.getConfig<RuleConfiguration>();
    const verdict = await verdicts.judge(resource, policy, options);
    if (verdict.type === "unjudged") return; // tool-slice reports it
    const accepts = ({ acknowledged }: Finding): boolean => acknowledged !== undefined && level !== "red";
    for (const finding of verdict.risk.findings.filter(isOwn)) {
      if (!accepts(finding)) report(findingMessage(finding));
    }
  });
}

function configurationOf({ id, level }: RuleMetadata): PolicyConfigSchema {
  const raised: PolicyConfigSchema["properties"] =
    level === "red" ? {} : { level: { type: "string", enum: ["red"], description: "Accept no acknowledgement." } };
  return { properties: { ...raised, ...own[id] } };
}

const own: Readonly<Record<string, PolicyConfigSchema["properties"]>> = {
  "high-row-impact": {
    rowThreshold: {
      type: "integer",
      minimum: 1,
      maximum: 100,
      description: "Rows above which one write is of high impact; 100 by default.",
    },
  },
  "acknowledgement-by-unlisted-approver": {
    approvers: {
      type: "array",
      items: { type: "string" },
      description: "Who may acknowledge Yellow findings; everyone by default.",
    },
  },
  "acknowledgement-too-long": {
    maximumAcknowledgementAge: {
      type: "integer",
      minimum: 1,
      description: "Days from now up to which an acknowledgement may reach; any number by default.",
    },
  },
};
