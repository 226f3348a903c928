import { compact } from "../../compile/compact.ts";
import type { PolicyCheckNode } from "../../language/flow.ts";
import { suggestion } from "../../load/did-you-mean.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredPolicyCheck extends AuthoredNode {
  readonly expr: string | boolean;
  readonly message: string;
  readonly policy?: string;
}

export const compilePolicyCheck: CompileNode<"policyCheck"> = (node, { base, policies, report }) => {
  const { expr, message, policy } = node as AuthoredPolicyCheck;
  if (policy !== undefined && !policies.has(policy)) {
    report("unknown-policy", ["policy"], { name: policy }, { hint: suggestion(policy, policies) });
  }
  return compact<PolicyCheckNode>({ ...base, type: "policyCheck", expr: String(expr), message, policy });
};
