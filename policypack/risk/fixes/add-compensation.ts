import {
  allNodes,
  type EditOperation,
  type FlowNode,
  type HttpNode,
  isJsonObject,
  type JsonObject,
  type PaymentNode,
} from "@lintel/specs";
import type { FixContext, Fixer, FixPlan, Located } from "./fixer.ts";
import { located } from "./locate-nodes.ts";

/** Unsafe: it decides what happens to money and orders of other parties when something fails. */
export const addCompensation: Fixer = (context) => {
  const call = located(context.finding.node, context);
  if (call === undefined) return "the call does not stand in the tool's file";
  if (call.node.type === "payment") return [refund(call, call.node)];
  if (call.node.type !== "http") return "nothing takes this call back; order it behind what can fail";
  return undoByHttp(call, call.node, context);
};

/** The whole of this very payment: a part, or another one, gives nothing back. */
function refund({ path, written }: Located, { id, operation: undone }: PaymentNode): FixPlan {
  const key = [...path, "compensate"];
  const charge = `\${nodes.${id}.id}`;
  const operation = undone === "authorize" ? "cancel" : "refund";
  const there = written["compensate"] ?? null;
  const repaired: readonly EditOperation[] = [
    { type: "set", path: [...key, "operation"], value: operation },
    { type: "set", path: [...key, "charge"], value: charge },
    ...(isJsonObject(there) && "amount" in there ? [{ type: "remove", path: [...key, "amount"] } as const] : []),
  ];
  const value: JsonObject = { operation, charge };
  return {
    safety: "unsafe",
    title: `"${id}" is ${operation === "cancel" ? "released" : "refunded"} when a later step fails`,
    operations: isJsonObject(there) ? repaired : [{ type: "set", path: key, value }],
  };
}

/**
 * A request that makes something is undone by deleting it, where the shape tells that it can be: the answer's schema has an
 * `id`, and some tool of the workspace deletes below the same url at the same provider.
 */
function undoByHttp({ path }: Located, call: HttpNode, { tools }: FixContext): readonly FixPlan[] | string {
  const { id, url, provider, method, response } = call;
  const deletes = tools.flatMap(({ flow }) => allNodes(flow)).some((node) => isDeletionBelow(node, url, provider));
  if (typeof url !== "string" || method !== "POST" || !answersId(response) || !deletes) {
    return `only its service knows how "${id}" is undone; add "compensate", or an "onError" to a node that undoes it`;
  }
  const value: JsonObject = { method: "DELETE", url: `${url}/\${nodes.${id}.body.id}` };
  return [
    {
      safety: "unsafe",
      title: `what "${id}" made is deleted when a later step fails`,
      operations: [{ type: "set", path: [...path, "compensate"], value }],
    },
  ];
}

function isDeletionBelow(node: FlowNode, url: HttpNode["url"], provider: string | undefined): boolean {
  if (node.type !== "http" || typeof url !== "string" || typeof node.url !== "string") return false;
  return node.method === "DELETE" && node.provider === provider && node.url.startsWith(`${url}/\${`);
}

function answersId(response: JsonObject | undefined): boolean {
  const properties = response?.["properties"] ?? null;
  const required = response?.["required"];
  return isJsonObject(properties) && "id" in properties && Array.isArray(required) && required.includes("id");
}
