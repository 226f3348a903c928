import { effectOf, type FlowNode, type HttpNode } from "@lintel/specs";
import { errorEdges } from "../../flow/error-edges.ts";
import { evidenceOf, inAnyOrder, placedAction } from "../../flow/evidence.ts";
import { canRunTogether, orderOf } from "../../flow/running-together.ts";
import type { Undoes } from "../../flow/undoes-for-certain.ts";
import { type FlowPart, partsOf, type RiskContext } from "../../risk-context.ts";
import type { Observation, Rule } from "../../rule.ts";

const advice = 'add "compensate", or an "onError" to a node that undoes the call';

export const uncompensatedHttp: Rule = {
  id: "uncompensated-http",
  level: "yellow",
  title: "An http call that nothing undoes when a later write fails",
  rationale: "The parcel is ordered, the write fails, and no row of ours knows of the parcel that is on its way.",
  fix: { kind: "add-compensation", title: advice },
  check: (context) =>
    partsOf(context, "http")
      .filter(({ node, facts }) => facts.effect === "externalWrite" && !isCompensated(node))
      .filter((call) => !isRecovery(call, context))
      .flatMap((call) => observe(call, context)),
};

function observe(call: FlowPart<HttpNode>, context: RiskContext): readonly Observation[] {
  const writes = context.parts.filter(
    (part) =>
      part.facts.effect === "write" && canRunTogether(call, part, context) && orderOf(call, part, context) !== "before",
  );
  if (writes.length === 0) return [];
  const stopsWrite = ({ id }: FlowNode): boolean => {
    const part = context.byId.get(id);
    // From the end, because the last write waits for most of what can fail.
    return part !== undefined && writes.findLast((write) => orderOf(part, write, context) !== "before") !== undefined;
  };
  const edges = errorEdges(call, context, undoes(call, context), stopsWrite);
  if (edges.coverEveryPath) return [];
  const names = writes.map(({ node }) => `"${node.id}"`).join(", ");
  const when = edges.uncovered === undefined ? "" : ` when "${edges.uncovered}" fails`;
  return [
    {
      node: call.node.id,
      message: `nothing undoes the call "${call.node.id}"${when}, and the write ${names} is then missing; ${advice}`,
      confidence: writes.some((write) => orderOf(call, write, context) === "after") ? "certain" : "likely",
      evidence: {
        call: placedAction(call, context),
        writes: inAnyOrder(writes.map(({ node }) => evidenceOf(node, "action", "entity"))),
        later: inAnyOrder(edges.later.map(({ id, onError }) => ({ id, onError }))),
      },
    },
  ];
}

/** A request that only reads undoes nothing. */
function isCompensated({ compensate, ...node }: HttpNode): boolean {
  return compensate !== undefined && effectOf({ ...node, ...compensate }) === "externalWrite";
}

/** What a recovery must do: call the same provider again, or write down what is left to be undone. */
function undoes({ node }: FlowPart<HttpNode>, { plan }: RiskContext): Undoes {
  return (other) => {
    const effect = plan.nodes[other.id]?.effect;
    return (
      effect === "write" || (other.type === "http" && effect === "externalWrite" && other.provider === node.provider)
    );
  };
}

/** A call that undoes another one needs nothing to undo it. */
function isRecovery({ node, facts }: FlowPart, { plan }: RiskContext): boolean {
  return [...facts.within, node.id].some((id) => (plan.nodes[id]?.recovers.length ?? 0) > 0);
}
