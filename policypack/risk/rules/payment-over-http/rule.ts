import { fixesHost, type HttpNode, type JsonValue } from "@lintel/specs";
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
        if (host !== undefined) {
          return {
            node: node.id,
            key: "url",
            message: `"${node.id}" calls the payment provider ${host} by plain http; use a "payment" node`,
            confidence: "certain",
            evidence: { ...actionOf(node), host },
          };
        }
        // The compiler refuses such a url; a slice that says otherwise was not made by it.
        if (urlsOf(node).every(fixesHost)) return [];
        return {
          node: node.id,
          key: "url",
          message: `"${node.id}" calls a host that the specs do not name, a payment provider's for all they say; name it`,
          confidence: "likely",
          evidence: actionOf(node),
        };
      });
  },
};

/** Absolute urls that the node may call: with a provider there are none. */
function urlsOf({ provider, url, compensate }: HttpNode): readonly JsonValue[] {
  if (provider !== undefined) return [];
  return compensate?.["url"] === undefined ? [url] : [url, compensate["url"]];
}

function hostnames(url: string): readonly string[] {
  const parsed = URL.parse(url);
  return parsed === null ? [] : [parsed.hostname];
}
