import {
  allNodes,
  type EditOperation,
  type JsonObject,
  type ReadNode,
  referencedNodes,
  splitTemplate,
} from "@lintel/specs";
import { readsOf, redirect, setAfter } from "./edges.ts";
import type { FixContext, Fixer, FixPlan, Located } from "./fixer.ts";
import { freeId, indexOf, listOf, located, siblingsOf } from "./locate-nodes.ts";

/**
 * A back edge is an `after` to a node that is written further down. Where the cycle is a loop in all but name, it becomes one
 * that ends: `forEach` over the list whose first row it takes, `poll` until the condition at its end holds; else the edge goes.
 * Unsafe: which of the edges was the mistake only the author knows.
 */
export const breakCycle: Fixer = (context) => {
  const first = located(context.finding.node, context);
  const ids = context.plan.cycles.find((cycle) => cycle.includes(context.finding.node ?? ""));
  if (first === undefined || ids === undefined) return "the cycle does not stand in the tool's file";
  const members = siblingsOf(first, context).filter(({ node }) => ids.includes(node.id));
  const back = members.flatMap((member) => backEdges(member, members).map((to) => ({ member, to })));
  if (back.length === 0) {
    return "every edge of the cycle is an expression that reads another node, or a recovery; remove the one that reads backwards";
  }
  const removal = plan(
    back.map(({ member, to }) => `"${member.node.id}" no longer waits for "${to}"`).join(", "),
    members.flatMap((member) => setAfter(member, forwardEdges(member, members))),
  );
  return [...loops(members, context), removal];
};

/** What a member waits for by `after` although it is written later, or is itself. */
function backEdges({ node }: Located, members: readonly Located[]): readonly string[] {
  const at = members.findIndex((member) => member.node.id === node.id);
  const reads = readsOf(node);
  return node.after.filter((id) => members.findIndex((member) => member.node.id === id) >= at && !reads.has(id));
}

function forwardEdges(member: Located, members: readonly Located[]): readonly string[] {
  const back = new Set(backEdges(member, members));
  return member.node.after.filter((id) => !back.has(id));
}

function plan(title: string, operations: readonly EditOperation[]): FixPlan {
  return { safety: "unsafe", title, operations };
}

function loops(members: readonly Located[], context: FixContext): readonly FixPlan[] {
  const first = members[0];
  const last = members.at(-1);
  if (first === undefined || last === undefined || members.length < 2) return [];
  const isRun = members.every((member, index) => indexOf(member) === indexOf(first) + index);
  const isClosed = backEdges(first, members).includes(last.node.id);
  return isRun && isClosed ? [...asForEach(first, members, context), ...asPoll(last, members, context)] : [];
}

/** Each turn takes the first row of a list that was read before: `value: "${nodes.rows[0]}"`. */
function asForEach(first: Located, members: readonly Located[], context: FixContext): readonly FixPlan[] {
  const list = located(firstRowOf(first), context);
  if (list === undefined || members.some(({ node }) => node.id === list.node.id)) return [];
  const maximum = (list.node as Partial<ReadNode>).limit ?? context.rowThreshold;
  const id = freeId("each", context);
  const fields = { id, type: "forEach", items: `nodes.${list.node.id}`, maximum };
  return [
    plan(`the cycle is a loop over "${list.node.id}", at most ${String(maximum)} times`, [
      { type: "set", path: [...first.path, "value"], value: "${item}" },
      ...wrap(members, members, fields, context),
    ]),
  ];
}

/** The list whose first row is all that the node yields. */
function firstRowOf({ node }: Located): string | undefined {
  if (node.type !== "transform" || typeof node.value !== "string") return undefined;
  const [part, ...more] = splitTemplate(node.value);
  const source = part?.type === "expression" && more.length === 0 ? part.source.trim() : "";
  return /^nodes\.([a-zA-Z]\w*)\[0\]$/.exec(source)?.[1];
}

/** The last member goes back unless its condition says that there is nothing more to wait for. */
function asPoll(last: Located, members: readonly Located[], context: FixContext): readonly FixPlan[] {
  const { node } = last;
  const isAssert = node.type === "assert";
  const until = isAssert ? node.expr : node.when === undefined ? undefined : `!(${node.when})`;
  const inside = isAssert ? members.slice(0, -1) : members;
  const ids = new Set(inside.flatMap((member) => allNodes([member.node]).map(({ id }) => id)));
  const reads = isAssert ? readsOf(node) : conditionReads(last);
  if (until === undefined || ![...reads].some((id) => ids.has(id))) return [];
  const id = freeId("poll", context);
  const fields = { id, type: "poll", until, maxAttempts: 10, interval: "5s" };
  return [
    plan("the cycle is a poll that ends after 10 attempts, 5 seconds apart", [
      ...wrap(inside, members, fields, context),
      // What the assert says the poll waits for: behind it, it could only be said again.
      ...(isAssert ? [removalBehind(inside)] : []),
    ]),
  ];
}

/** Takes out the item that stands behind those that were wrapped into one. */
function removalBehind([first]: readonly Located[]): EditOperation {
  return { type: "remove", path: first === undefined ? [] : [...listOf(first), indexOf(first) + 1] };
}

function conditionReads({ node }: Located): ReadonlySet<string> {
  const source = node.when ?? "";
  return new Set(referencedNodes({ type: "expression", path: "when", source, expects: "boolean" }));
}

/** Puts the loop's nodes into it; what waited for the cycle waits for the loop. */
function wrap(
  inside: readonly Located[],
  cycle: readonly Located[],
  fields: JsonObject & { readonly id: string },
  context: FixContext,
): readonly EditOperation[] {
  const [first] = inside;
  if (first === undefined) return [];
  const members = new Set(cycle.map(({ node }) => node.id));
  const stays = new Set(inside.map(({ node }) => node.id));
  const others = siblingsOf(first, context).filter(({ node }) => !members.has(node.id));
  const after = [...new Set(inside.flatMap(({ node }) => node.after.filter((name) => !members.has(name))))];
  const forward = (member: Located): readonly string[] => forwardEdges(member, cycle).filter((name) => stays.has(name));
  return [
    ...inside.flatMap((member) => setAfter(member, forward(member))),
    ...redirect(others, members, fields.id),
    {
      type: "wrap",
      path: listOf(first),
      index: indexOf(first),
      count: inside.length,
      fields: { ...fields, ...(after.length === 0 ? {} : { after }) },
      key: "nodes",
    },
  ];
}
