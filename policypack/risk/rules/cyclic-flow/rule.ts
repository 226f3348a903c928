import { evidenceOf, inAnyOrder } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";

export const cyclicFlow: Rule = {
  id: "cyclic-flow",
  level: "red",
  title: "The flow waits for itself",
  rationale: "Nodes that wait for each other never run; a flow with a cycle has no order in which it could be served.",
  fix: { kind: "break-cycle", title: 'remove one of the "after" edges, or the expression that reads backwards' },
  check: ({ plan, parts }) =>
    plan.cycles.map((cycle) => {
      const members = parts.filter(({ node }) => cycle.includes(node.id));
      const first = members[0]?.node.id ?? "";
      const at = cycle.indexOf(first);
      const inOrder = [...cycle.slice(at), ...cycle.slice(0, at), first].map((id) => `"${id}"`);
      return {
        node: first,
        message:
          inOrder.length === 2
            ? `${inOrder[0] ?? ""} waits for itself; remove the edge`
            : `${inOrder.join(" waits for ")}; remove one of these edges`,
        confidence: "certain",
        evidence: inAnyOrder(
          members.map(({ node, facts }) => ({
            ...evidenceOf(node),
            waitsFor: facts.dependsOn.filter((id) => cycle.includes(id)),
          })),
        ),
      };
    }),
};
