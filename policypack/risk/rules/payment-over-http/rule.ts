import { actionOf } from "../../flow/evidence.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";
import { isBelow, paymentDomains } from "./payment-hosts.ts";
import { requestHosts } from "./request-hosts.ts";

export const paymentOverHttp: Rule = {
  id: "payment-over-http",
  level: "red",
  title: "A payment provider is called by a plain http node",
  rationale: "Money moves past the journal, the idempotency key and the compensation that a payment node brings along.",
  fix: { kind: "by-hand", title: 'use a "payment" node' },
  check: (context) => {
    const { workspace } = context.slice;
    const declared = workspace.providers.flatMap((each) => (each.type === "payment" ? hostnames(each.baseUrl) : []));
    const isPayment = (host: string): boolean => isBelow(host, [...paymentDomains, ...declared]);
    return partsOf(context, "http")
      .filter(({ node, facts }) => facts.effect === "externalWrite" || node.compensate !== undefined)
      .flatMap(({ node }) => {
        const host = requestHosts(node, workspace).find(isPayment);
        if (host === undefined) return [];
        return {
          node: node.id,
          key: "url",
          message: `"${node.id}" calls the payment provider ${host} by plain http; use a "payment" node`,
          confidence: "certain",
          evidence: { ...actionOf(node), host },
        };
      });
  },
};

function hostnames(url: string): readonly string[] {
  const parsed = URL.parse(url);
  return parsed === null ? [] : [parsed.hostname];
}
