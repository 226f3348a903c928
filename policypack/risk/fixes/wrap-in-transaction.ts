import {
  allNodes,
  type EditOperation,
  effectOf,
  isExternal,
  type JsonObject,
  opensTransaction,
  pauses,
} from "@lintel/specs";
import { hasRecovery, redirect, setAfter } from "./edges.ts";
import type { FixContext, Fixer, FixPlan, Located } from "./fixer.ts";
import { freeId, indexOf, listOf, located, siblingsOf } from "./locate-nodes.ts";

/**
 * Wraps the write with the writes beside it, and the reads that these rest on, so that they stand or fall together; where that
 * is not possible, the write alone. Safe: what is written when all goes well is the same.
 */
export const wrapInTransaction: Fixer = (context) => {
  const write = located(context.finding.node, context);
  if (write === undefined) return "the write does not stand in the tool's file";
  const levels = [...write.facts.within, write.node.id].flatMap((id) => located(id, context) ?? []);
  // The outermost list first, where writes inside `if` and those beside it are one change.
  const runs = levels.map((level) => runAround(level, context)).filter((run) => run.length > 1);
  return [...runs, [write]].flatMap((run) => wrap(run, context));
};

/** Consecutive siblings that can share a transaction: from the first one that a write rests on to the last write. */
function runAround(level: Located, context: FixContext): readonly Located[] {
  const siblings = siblingsOf(level, context);
  const at = siblings.findIndex(({ node }) => node.id === level.node.id);
  if (!canShare(level)) return [];
  const before = siblings.slice(0, at).findLastIndex((each) => !canShare(each)) + 1;
  const after = siblings.findIndex((each, index) => index > at && !canShare(each));
  const run = siblings.slice(before, after < 0 ? siblings.length : after);
  const last = run.findLastIndex(writes);
  const first = run.findIndex(
    (each) => writes(each) || run.slice(0, last + 1).some((other) => writes(other) && restsOn(other, each)),
  );
  return run.slice(first, last + 1);
}

function canShare({ node }: Located): boolean {
  const inner = allNodes([node]);
  // What waits would hold the locks that whom it waits for may need.
  return node.onError === "fail" && !inner.some((each) => isExternal(each) || opensTransaction(each) || pauses(each));
}

function writes({ node }: Located): boolean {
  return allNodes([node]).some((inner) => effectOf(inner) === "write");
}

function restsOn(write: Located, other: Located): boolean {
  return write.facts.dependsOn.includes(other.node.id);
}

function wrap(run: readonly Located[], context: FixContext): readonly FixPlan[] {
  const [first] = run;
  if (first === undefined) return [];
  const inside = new Set(run.map(({ node }) => node.id));
  const others = siblingsOf(first, context).filter(({ node }) => !inside.has(node.id));
  const isRecovery = others.some(({ node }) => inside.has(node.onError));
  if (run.length > 1 && isRecovery) return [];
  const id = freeId("save", context);
  const after = run.flatMap(({ node }) => node.after.filter((name) => !inside.has(name)));
  const { onError } = first.node;
  const leavesList = hasRecovery(first.node) && !inside.has(onError);
  const fields: JsonObject = {
    id,
    type: "transaction",
    ...(after.length === 0 ? {} : { after: [...new Set(after)] }),
    ...(leavesList ? { onError } : {}),
  };
  const names = run.map(({ node }) => `"${node.id}"`).join(", ");
  const removal: readonly EditOperation[] = leavesList ? [{ type: "remove", path: [...first.path, "onError"] }] : [];
  return [
    {
      safety: "safe",
      title: `${names} ${run.length === 1 ? "runs" : "run"} in the transaction "${id}"`,
      operations: [
        ...run.flatMap((each) =>
          setAfter(
            each,
            each.node.after.filter((name) => inside.has(name)),
          ),
        ),
        ...removal,
        ...redirect(others, inside, id),
        { type: "wrap", path: listOf(first), index: indexOf(first), count: run.length, fields, key: "nodes" },
      ],
    },
  ];
}
