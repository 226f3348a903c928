import { type FlowNode, isJsonObject, type Workspace } from "@lintel/specs";
import type { Fixer, Safety } from "./fixer.ts";
import { located } from "./locate-nodes.ts";

const attempts = 3;

/** Three attempts, ever further apart. Safe where a second attempt is the first one again for the other side. */
export const addRetry: Fixer = (context) => {
  const call = located(context.finding.node, context);
  if (call === undefined) return "the call does not stand in the tool's file";
  const safety = safetyOf(call.node, call.facts.effect, context.workspace);
  const title = `"${call.node.id}" is tried ${String(attempts)} times, with exponential backoff`;
  const path = [...call.path, "retry"];
  if (isJsonObject(call.written["retry"] ?? null)) {
    return [{ safety, title, operations: [{ type: "set", path: [...path, "maxAttempts"], value: attempts }] }];
  }
  return [
    { safety, title, operations: [{ type: "set", path, value: { maxAttempts: attempts, backoff: "exponential" } }] },
  ];
};

/** A provider that honours idempotency keys does nothing twice; payments always carry one. */
function safetyOf(node: FlowNode, effect: string, { providers }: Workspace): Safety {
  if (effect === "externalRead" || node.type === "payment") return "safe";
  const name = "provider" in node ? node.provider : undefined;
  const provider = providers.find((each) => each.name === name);
  return provider?.type === "http" && provider.idempotencyKeys ? "safe" : "unsafe";
}
