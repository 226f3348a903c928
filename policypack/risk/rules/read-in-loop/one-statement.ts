import { allNodes, type Expression, type ReadNode, referencedNodes, sitesOf } from "@lintel/specs";
import type { Confidence } from "../../finding.ts";
import type { FlowPart, RiskContext } from "../../risk-context.ts";
import { conditionTree, valueTree } from "../../where/condition-tree.ts";
import { conjunctsOf, everyPart, ownField, readsRow } from "../../where/expression-parts.ts";

export interface Saving {
  readonly advice: string;
  readonly confidence: Confidence;
}

/**
 * How the read's turns could be one statement; undefined where they cannot, or where each turn may have to see what an earlier
 * one did: the loop writes the same entity, the read waits for another server's answer, or the loop waits for the row.
 */
export function oneStatement(read: FlowPart<ReadNode>, loop: FlowPart, context: RiskContext): Saving | undefined {
  const inside = allNodes([loop.node]).filter(({ id }) => id !== loop.node.id);
  if (inside.some((node) => "action" in node && node.entity === read.node.entity)) return undefined;
  if (inside.some(({ id }) => context.plan.nodes[id]?.effect === "rawSql")) return undefined;
  const reads = through(read.node.id, new Set(inside.map(({ id }) => id)), context);
  const effects = new Set([...reads].map((id) => context.plan.nodes[id]?.effect));
  if (effects.has("externalRead") || effects.has("externalWrite") || effects.has("write")) return undefined;
  const isLikely = effects.has("read") || read.facts.within.at(-1) !== loop.node.id || read.node.when !== undefined;
  const confidence = isLikely ? "likely" : "certain";
  const varying = conjunctsOf(conditionTree(read.node.where)).filter((condition) => isOfTurn(condition, reads));
  if (varying.length > 0) {
    if (!varying.every(isKeyed) || picksSome(read.node)) return undefined;
    return { advice: 'read all rows before the loop, with "in" and the list of keys', confidence };
  }
  if (pagesByTurn(read.node, reads) || isAwaited(read.node, loop, context)) return undefined;
  return { advice: "no turn changes what it asks for: read before the loop", confidence };
}

/** What a poll waits for is read in every turn on purpose: `until` reads the row, directly or through what reads it. */
function isAwaited(read: ReadNode, loop: FlowPart, context: RiskContext): boolean {
  const inside = new Set(allNodes([loop.node]).map(({ id }) => id));
  const awaited = sitesOf(loop.node)
    .flatMap(referencedNodes)
    .filter((id) => inside.has(id));
  return awaited.some((id) => id === read.id || through(id, inside, context).has(read.id));
}

/** The nodes inside the loop that a node's expressions read, directly or through others. */
function through(from: string, inside: ReadonlySet<string>, { byId }: RiskContext): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [from];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const node = byId.get(next)?.node;
    const read = node === undefined ? [] : sitesOf(node).flatMap(referencedNodes);
    for (const id of read) {
      if (!inside.has(id) || seen.has(id)) continue;
      seen.add(id);
      queue.push(id);
    }
  }
  return seen;
}

/** Whether the value can differ from turn to turn. */
function isOfTurn(expression: Expression, inLoop: ReadonlySet<string>): boolean {
  return everyPart(expression).some(
    (part) =>
      (part.type === "name" && part.name === "item") ||
      (part.type === "select" &&
        part.operand.type === "name" &&
        part.operand.name === "nodes" &&
        inLoop.has(part.field)),
  );
}

function pagesByTurn({ take, orderBy }: ReadNode, inLoop: ReadonlySet<string>): boolean {
  const values = [take, orderBy?.by].flatMap((value) => (value === undefined ? [] : [valueTree(value)]));
  return values.some((value) => isOfTurn(value, inLoop));
}

/** An order or a page picks some rows of each turn, which no single statement does. */
function picksSome({ one, sort, orderBy, take }: ReadNode): boolean {
  return !one && (sort.length > 0 || orderBy !== undefined || take !== undefined);
}

function isKeyed(condition: Expression): boolean {
  if (condition.type !== "binary" || condition.operator !== "==") return false;
  const { left, right } = condition;
  return (ownField(left) !== undefined && !readsRow(right)) || (ownField(right) !== undefined && !readsRow(left));
}
