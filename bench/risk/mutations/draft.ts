// A tool as written, open to change: what mutation operators and generators work on.

/** A node as written. */
export interface DraftNode {
  id: string;
  type: string;
  after?: string[];
  nodes?: DraftNode[];
  then?: DraftNode[];
  else?: DraftNode[];
  [key: string]: unknown;
}

export interface DraftTool {
  name: string;
  flow: DraftNode[];
  [key: string]: unknown;
}

/** A node and the list that it stands in. */
export interface Place {
  readonly node: DraftNode;
  readonly list: DraftNode[];
  readonly containers: readonly DraftNode[];
}

/** Every node at any depth, in the order written. */
export function placesIn(tool: DraftTool): readonly Place[] {
  return inList(tool.flow, []);
}

function inList(list: DraftNode[], containers: readonly DraftNode[]): readonly Place[] {
  return list.flatMap((node) => {
    const inside = [node.nodes, node.then, node.else].flatMap((nodes) => (nodes === undefined ? [] : [nodes]));
    return [{ node, list, containers }, ...inside.flatMap((nodes) => inList(nodes, [...containers, node]))];
  });
}

/** The first node of a type that the predicate accepts. */
export function findNode(
  tool: DraftTool,
  type: string,
  accepts: (place: Place) => boolean = () => true,
): Place | undefined {
  return placesIn(tool).find((place) => place.node.type === type && accepts(place));
}

export function lastTopNode(tool: DraftTool): string[] {
  const last = tool.flow.at(-1);
  return last === undefined ? [] : [last.id];
}

/** A key that needs nothing of the input. */
export const someId = "6f1d2c1e-0c57-4f6b-9a0c-3f3a0a8f7b11";

export function callsOut(tool: DraftTool): boolean {
  return placesIn(tool).some(({ node }) => ["http", "email", "payment"].includes(node.type));
}

export function movesStatus(tool: DraftTool): boolean {
  return placesIn(tool).some(({ node }) => node["action"] === "transition");
}
