import type { Fixer } from "./fixer.ts";
import { located } from "./locate-nodes.ts";

/** Unsafe: the row stays, and with it what its unique keys and references hold. */
export const softDelete: Fixer = (context) => {
  const write = located(context.finding.node, context);
  if (write === undefined) return "the write does not stand in the tool's file";
  const title = `"${write.node.id}" marks rows as deleted and keeps them`;
  return [
    { safety: "unsafe", title, operations: [{ type: "set", path: [...write.path, "action"], value: "softDelete" }] },
  ];
};
