import { durationOf } from "../../compile/durations.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredPoll extends AuthoredNode {
  readonly until: string | boolean;
  readonly maxAttempts: number;
  readonly interval: string;
  readonly nodes: readonly AuthoredNode[];
}

export const compilePoll: CompileNode<"poll"> = (node, context) => {
  const authored = node as AuthoredPoll;
  return {
    ...context.base,
    type: "poll",
    until: String(authored.until),
    maxAttempts: authored.maxAttempts,
    interval: durationOf(authored.interval),
    nodes: context.branch(["nodes"], authored.nodes),
  };
};
