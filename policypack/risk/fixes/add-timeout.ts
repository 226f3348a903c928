import type { Fixer } from "./fixer.ts";
import { located } from "./locate-nodes.ts";

const timeout = "10s";

/** Safe: whoever waits longer than that for an answer has lost his own caller already. */
export const addTimeout: Fixer = (context) => {
  const call = located(context.finding.node, context);
  if (call === undefined) return "the call does not stand in the tool's file";
  const title = `each attempt of "${call.node.id}" ends after ${timeout}`;
  return [{ safety: "safe", title, operations: [{ type: "set", path: [...call.path, "timeout"], value: timeout }] }];
};
