import { isExternal, type JsonValue, type WriteNode } from "@lintel/specs";
import { inAnyOrder, placedAction } from "../../flow/evidence.ts";
import { canRunTogether, orderOf } from "../../flow/running-together.ts";
import { type FlowPart, partsOf, type RiskContext } from "../../risk-context.ts";
import type { Observation, Rule } from "../../rule.ts";

export const externalCallInTransition: Rule = {
  id: "external-call-in-transition",
  level: "yellow",
  title: "An external call and a status transition are on one path",
  rationale: "They cannot succeed or fail as one: the status says what the other system has not done, or the reverse.",
  fix: { kind: "by-hand", title: "move the call to a tool of its own, or review what happens when only one succeeds" },
  check: (context) => {
    const transitions = partsOf(context, "write").filter(({ node }) => node.action === "transition");
    const calls = context.parts.filter(({ node }) => isExternal(node));
    return calls.flatMap((call) => observe(call, transitions, context));
  },
};

function observe(call: FlowPart, all: readonly FlowPart<WriteNode>[], context: RiskContext): readonly Observation[] {
  const transitions = all
    .filter((transition) => canRunTogether(call, transition, context))
    .map((transition) => ({ ...transition, comes: orderOf(call, transition, context) }));
  if (transitions.length === 0) return [];
  const names = transitions.map(({ node }) => `"${node.id}"`).join(", ");
  return [
    {
      node: call.node.id,
      message: `"${call.node.id}" (${call.node.type}) and the status transition ${names} can succeed or fail apart; separate or review them`,
      confidence: transitions.every(({ comes }) => comes === "beside") ? "likely" : "certain",
      evidence: {
        call: placedAction(call, context),
        transitions: inAnyOrder(
          transitions.map(({ comes, ...part }) => {
            return { ...placedAction(part, context), to: stateAfter(part.node, context), comes };
          }),
        ),
      },
    },
  ];
}

function stateAfter({ entity, transition }: WriteNode, { entities }: RiskContext): JsonValue {
  const status = entities.get(entity)?.status;
  return status?.transitions.find(({ name }) => name === transition)?.to ?? null;
}
