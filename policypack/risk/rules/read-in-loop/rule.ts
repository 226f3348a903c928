import { evidenceOf, whereEvidence } from "../../flow/evidence.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";
import { loopAround, turnsInto } from "./loop-around.ts";
import { oneStatement } from "./one-statement.ts";

export const readInLoop: Rule = {
  id: "read-in-loop",
  level: "yellow",
  title: "A read inside a loop that could be one read before it",
  rationale: "One statement per turn: quick with the three rows of a test, and a thousand round trips on a busy day.",
  fix: { kind: "batch-read", title: "read all rows before the loop, by a list of keys" },
  check: (context) =>
    partsOf(context, "read").flatMap((read) => {
      const loop = loopAround(read, context);
      const saved = loop === undefined ? undefined : oneStatement(read, loop, context);
      if (loop === undefined || saved === undefined) return [];
      const { node } = read;
      return [
        {
          node: node.id,
          message: `"${node.id}" reads once in each of up to ${String(turnsInto(loop))} turns of "${loop.node.id}"; ${saved.advice}`,
          confidence: saved.confidence,
          evidence: {
            ...evidenceOf(node, "entity", "one", "include", "when"),
            ...whereEvidence(node.where),
            loop: evidenceOf(loop.node, "items", "maximum", "until", "maxAttempts"),
          },
        },
      ];
    }),
};
