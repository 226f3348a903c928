import { callsOut, type DraftNode, findNode, lastTopNode, type Place, someId } from "./draft.ts";
import type { Operator } from "./operator.ts";

const isChange = ({ node }: Place): boolean => node["action"] === "update" && node["key"] !== undefined;
const free = (key: string): RegExp => new RegExp(`nodes\\.${key}\\b`);

/** An update by key whose result nobody reads, so that it may become one of many rows. */
function unreadUpdate(tool: Parameters<Operator["mutate"]>[0]): DraftNode | undefined {
  const text = JSON.stringify(tool);
  return findNode(tool, "write", (place) => isChange(place) && !free(place.node.id).test(text))?.node;
}

function onRows(name: string, rule: string, change: (node: DraftNode, text: string) => string | undefined): Operator {
  return {
    name,
    rule,
    mutate: (tool, { text, entity }) => {
      const node = unreadUpdate(tool);
      if (node === undefined || node["entity"] !== entity) return undefined;
      delete node["key"];
      const key = change(node, text);
      return { node: node.id, ...(key === undefined ? {} : { key }) };
    },
  };
}

function where(source: unknown): (node: DraftNode) => string {
  return (node) => {
    node["where"] = source;
    return "where";
  };
}

export const writeOperators: readonly Operator[] = [
  {
    name: "take the transaction away",
    rule: "write-outside-transaction",
    mutate: (tool) => {
      const place = findNode(
        tool,
        "transaction",
        ({ node, containers }) =>
          containers.length === 0 &&
          node["onError"] === undefined &&
          node.nodes?.length === 1 &&
          node.nodes[0]?.type === "write",
      );
      const [write] = place?.node.nodes ?? [];
      if (place === undefined || write === undefined) return undefined;
      const { id, after } = place.node;
      place.list.splice(place.list.indexOf(place.node), 1, { ...write, ...(after === undefined ? {} : { after }) });
      for (const node of place.list) {
        if (node.after !== undefined) node.after = node.after.map((each) => (each === id ? write.id : each));
      }
      return { node: write.id };
    },
  },
  {
    name: "delete instead of update",
    rule: "hard-delete",
    mutate: (tool) => {
      const node = findNode(tool, "write", isChange)?.node;
      if (node === undefined) return undefined;
      node["action"] = "delete";
      delete node["values"];
      return { node: node.id, key: "action" };
    },
  },
  onRows("lose the key", "unbounded-update", () => undefined),
  onRows("1 == 1", "unbounded-update", where("1 == 1")),
  onRows("a row is itself", "unbounded-update", where("this.id == this.id")),
  onRows("one thing or its opposite", "unbounded-update", (node, text) =>
    where(`this.${text} == "a" || this.${text} != "a"`)(node),
  ),
  onRows("a caller may leave the condition out", "unbounded-update", (node, text) =>
    where({ [text]: { eq: "${now == null ? null : 'a'}", optional: true } })(node),
  ),
  onRows("some rows, without a limit", "high-row-impact", (node, text) => {
    node["where"] = { [text]: { eq: "a" } };
    return undefined;
  }),
  onRows("some rows, with a limit of thousands", "high-row-impact", (node, text) => {
    node["where"] = { [text]: { eq: "a" } };
    node["limit"] = 5000;
    return "limit";
  }),
  {
    name: "a read waits for a later write",
    rule: "cyclic-flow",
    mutate: (tool) => {
      const [first, ...others] = tool.flow;
      const last = others.at(-1);
      if (first === undefined || last === undefined) return undefined;
      first.after = [...(first.after ?? []), last.id];
      last.after = [...new Set([...(last.after ?? []), first.id])];
      return { node: first.id };
    },
  },
  {
    name: "a status moves beside a call",
    rule: "external-call-in-transition",
    mutate: (tool, { provider, transition }) => {
      if (callsOut(tool)) return undefined;
      const move = {
        id: "movedX",
        type: "write",
        action: "transition",
        entity: transition.entity,
        key: someId,
        transition: transition.name,
      };
      tool.flow.push({ id: "moveX", type: "transaction", after: lastTopNode(tool), nodes: [move] });
      tool.flow.push({ id: "tellX", type: "http", after: ["moveX"], provider, method: "GET", url: "/moved" });
      return { node: "tellX" };
    },
  },
];
