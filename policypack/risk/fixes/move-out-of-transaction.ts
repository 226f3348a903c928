import { allNodes, type EditOperation, type FlowNode, opensTransaction, type Path } from "@lintel/specs";
import { hasRecovery, readsOf, redirect, setAfter } from "./edges.ts";
import type { FixContext, Fixer, FixPlan, Located } from "./fixer.ts";
import { indexOf, listOf, located, siblingsOf } from "./locate-nodes.ts";

/**
 * Moves the call behind the transaction, or before it where the transaction needs its result. Unsafe: what is rolled back when
 * the call fails, and what has happened when the transaction does, is no longer the same.
 */
export const moveOutOfTransaction: Fixer = (context) => {
  const call = located(context.finding.node, context);
  const move = call === undefined ? undefined : moveOf(call, context);
  if (call === undefined || move === undefined) return "the call does not stand in a transaction of the tool's file";
  const obstacle = obstacleTo(move);
  if (obstacle !== undefined) return obstacle;
  const when = conditionOf(move);
  if (when === undefined)
    return `"${call.node.id}" runs in a loop or a case of the transaction; take the loop apart by hand`;
  return plansOf(move, when);
};

interface Move {
  readonly call: Located;
  readonly transaction: Located;
  /** What stands around the call inside the transaction, outermost first. */
  readonly between: readonly Located[];
  /** Everything else inside the transaction. */
  readonly others: readonly Located[];
  /** The transaction's own siblings. */
  readonly beside: readonly Located[];
}

function moveOf(call: Located, context: FixContext): Move | undefined {
  const around = call.facts.within.flatMap((id) => located(id, context) ?? []);
  const at = around.findIndex(({ node }) => opensTransaction(node));
  const transaction = around[at];
  if (transaction === undefined) return undefined;
  const between = around.slice(at + 1);
  const aside = new Set([transaction, call, ...between].map(({ node }) => node.id));
  const inner = allNodes([transaction.node]).filter(({ id }) => !aside.has(id));
  const others = inner.flatMap(({ id }) => located(id, context) ?? []);
  const beside = siblingsOf(transaction, context).filter(({ node }) => node.id !== transaction.node.id);
  return { call, transaction, between, others, beside };
}

function obstacleTo(move: Move): string | undefined {
  const { call, others, transaction } = move;
  const { id } = call.node;
  if (transaction.node.onError !== "fail")
    return `the flow goes on when "${transaction.node.id}" fails, and the call would be made all the same; move it by hand`;
  const recovered = others.find(({ node }) => node.onError === id);
  if (recovered !== undefined)
    return `"${id}" recovers from a failure of "${recovered.node.id}" in the transaction; decide by hand where it belongs`;
  if (hasRecovery(call.node))
    return `a failure of "${id}" leads to "${call.node.onError}" in the transaction; move both by hand`;
  const read = needed(move);
  const reader = readers(move)[0];
  if (read === undefined || reader === undefined) return undefined;
  return `"${id}" reads "${read}" and "${reader.node.id}" reads "${id}", both in the transaction; split it by hand`;
}

/** A node of the transaction whose result the call, or what it runs under, reads. */
function needed({ call, between, others }: Move): string | undefined {
  const reads = new Set([...readsOf(call.node), ...between.flatMap(({ node }) => [...conditionReads(node)])]);
  return others.find(({ node }) => reads.has(node.id))?.node.id;
}

function conditionReads(node: FlowNode): ReadonlySet<string> {
  return node.type === "if" ? readsOf({ ...node, then: [], else: [] }) : new Set();
}

function readers({ call, others }: Move): readonly Located[] {
  const own = others.filter(({ node }) => !allNodes([node]).some(({ id }) => id === call.node.id));
  return own.filter(({ node }) => readsOf(node).has(call.node.id));
}

/** What must hold for the call to run, as one expression, empty for always; undefined where no expression says it. */
function conditionOf({ call, between, transaction }: Move): string | undefined {
  const chain = [...between, call];
  const parts = chain.map(({ node, facts }, index) => {
    const around = index === 0 ? undefined : chain[index - 1]?.node;
    return [branchCondition(around, facts.branch), node.when ?? ""];
  });
  if (parts.some(([condition]) => condition === undefined)) return undefined;
  const stated = [transaction.node.when, ...parts.flat()].filter((part) => part !== undefined && part !== "");
  const [only, ...more] = stated;
  return more.length === 0 ? (only ?? "") : stated.map((part) => `(${part ?? ""})`).join(" && ");
}

function branchCondition(container: FlowNode | undefined, branch: string): string | undefined {
  if (container === undefined || container.type === "retry") return "";
  if (container.type !== "if") return undefined;
  return branch === "then" ? container.condition : `!(${container.condition})`;
}

function plansOf(move: Move, when: string): readonly FixPlan[] {
  const { call } = move;
  const isRead = readers(move).length > 0;
  const isPayment = call.node.type === "payment" && "compensate" in call.written;
  if (isRead) return [before(move, when)];
  if (needed(move) !== undefined) return [behind(move, when)];
  // What can be taken back is done before the commit, what cannot be is done when nothing can fail any more.
  return isPayment ? [before(move, when), behind(move, when)] : [behind(move, when), before(move, when)];
}

function behind(move: Move, when: string): FixPlan {
  const { call, transaction } = move;
  const { index, list, isEmptied } = placeOf(move);
  const after = isEmptied ? transaction.node.after : [transaction.node.id];
  return {
    safety: "unsafe",
    title: `"${call.node.id}" is called when "${transaction.node.id}" has committed`,
    operations: [
      ...prepare(move, when, after),
      { type: "move", from: call.path, to: list, index: index + 1 },
      ...cleanUp(move, 0),
    ],
  };
}

function before(move: Move, when: string): FixPlan {
  const { call, transaction } = move;
  const { index, list, isEmptied } = placeOf(move);
  const waits = isEmptied ? [] : setAfter(transaction, [...transaction.node.after, call.node.id]);
  return {
    safety: "unsafe",
    title: `"${call.node.id}" is called before "${transaction.node.id}" begins`,
    operations: [
      ...prepare(move, when, transaction.node.after),
      ...waits,
      { type: "move", from: call.path, to: list, index },
      ...cleanUp(move, 1),
    ],
  };
}

function placeOf(move: Move): { readonly index: number; readonly list: Path; readonly isEmptied: boolean } {
  return {
    index: indexOf(move.transaction),
    list: listOf(move.transaction),
    isEmptied: emptied(move)?.node === move.transaction.node,
  };
}

/** Edits that make the call ready to stand outside, where it stands now. */
function prepare(move: Move, when: string, after: readonly string[]): readonly EditOperation[] {
  const { call, between, others, beside, transaction } = move;
  const waiting = others.flatMap((each) =>
    setAfter(
      each,
      each.node.after.filter((id) => id !== call.node.id),
    ),
  );
  const condition: readonly EditOperation[] =
    when === (call.node.when ?? "") ? [] : [{ type: "set", path: [...call.path, "when"], value: when, after: "type" }];
  const around = between.findLast(({ node }) => node.type === "retry");
  const retry = around?.written["retry"];
  const kept: readonly EditOperation[] =
    retry === undefined || "retry" in call.written
      ? []
      : [{ type: "set", path: [...call.path, "retry"], value: retry }];
  const gone =
    emptied(move)?.node === transaction.node ? redirect(beside, new Set([transaction.node.id]), call.node.id) : [];
  return [...waiting, ...condition, ...kept, ...setAfter(call, after), ...gone];
}

/** Takes out the container that held nothing but the call. */
function cleanUp(move: Move, shift: number): readonly EditOperation[] {
  const empty = emptied(move);
  if (empty === undefined) return [];
  const place = move.transaction.path.length - 1;
  return [{ type: "remove", path: empty.path.map((step, at) => (at === place ? Number(step) + shift : step)) }];
}

/** The outermost container that holds the call and nothing else. */
function emptied({ call, transaction, between }: Move): Located | undefined {
  const chain = [transaction, ...between];
  return chain.find(({ node }) => {
    const inner = allNodes([node]).filter(({ id }) => id !== node.id);
    return inner.every(({ id }) => id === call.node.id || between.some((each) => each.node.id === id));
  });
}
