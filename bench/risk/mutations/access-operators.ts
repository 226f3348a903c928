import { type DraftTool, findNode, lastTopNode, placesIn, someId } from "./draft.ts";
import type { Operator } from "./operator.ts";

function reaches(tool: DraftTool, entities: readonly string[]): boolean {
  return placesIn(tool).some(({ node }) => entities.some((entity) => node["entity"] === entity));
}

/** Adds a read after everything else. */
function read(
  name: string,
  rule: string,
  fieldsOf: (around: Parameters<Operator["mutate"]>[1]) => object | undefined,
  key?: string,
): Operator {
  return {
    name,
    rule,
    mutate: (tool, around) => {
      const fields = fieldsOf(around);
      if (fields === undefined) return undefined;
      tool.flow.push({ id: "readX", type: "read", after: lastTopNode(tool), ...fields });
      return { node: "readX", ...(key === undefined ? {} : { key }) };
    },
  };
}

export const accessOperators: readonly Operator[] = [
  {
    name: "anybody may call",
    rule: "public-tool",
    mutate: (tool, { owned }) => {
      const isOwned = reaches(tool, owned);
      const usesCaller = JSON.stringify(tool).includes("caller.");
      const trigger = tool["trigger"] as Record<string, unknown>;
      if (isOwned || usesCaller || trigger["http"] === undefined) return undefined;
      tool["authorize"] = { public: true };
      return { key: "authorize" };
    },
  },
  read("a list without a limit", "unlimited-read", ({ entity, text, hasPageSize }) =>
    hasPageSize ? undefined : { entity, where: { [text]: { eq: "a" } } },
  ),
  read("a unique lookup among deleted rows too", "unlimited-read", ({ entity, unique, hasPageSize }) =>
    hasPageSize ? undefined : { entity, where: { [unique]: { eq: "a" } }, includeDeleted: true },
  ),
  read(
    "a list with all that belongs to each",
    "unlimited-read",
    ({ many }) => (many === undefined ? undefined : { entity: many.entity, limit: 50, include: [many.include] }),
    "include",
  ),
  {
    name: "a stranger reads owned rows",
    rule: "unscoped-access",
    mutate: (tool, { owned, stranger }) => {
      const [entity] = owned;
      if (entity === undefined || stranger === undefined || reaches(tool, owned)) return undefined;
      tool["authorize"] = { roles: [stranger] };
      tool.flow.push({
        id: "readX",
        type: "read",
        after: lastTopNode(tool),
        entity,
        where: { id: { eq: someId } },
        one: true,
      });
      return { node: "readX" };
    },
  },
  {
    name: "a read in each turn",
    rule: "read-in-loop",
    mutate: (tool, { entity }) => {
      const get = { id: "readX", type: "read", entity, where: { id: { eq: "${item}" } }, one: true };
      tool.flow.push({
        id: "eachX",
        type: "forEach",
        after: lastTopNode(tool),
        items: `[uuid("${someId}")]`,
        maximum: 9,
        nodes: [get],
      });
      return { node: "readX" };
    },
  },
  {
    name: "a sensitive field is answered",
    rule: "sensitive-output",
    mutate: (tool, { sensitive }) => {
      if (sensitive === undefined) return undefined;
      const { entity, field } = sensitive;
      tool.flow.push({
        id: "readX",
        type: "read",
        after: lastTopNode(tool),
        entity,
        where: { id: { eq: someId } },
        one: true,
      });
      tool["output"] = { type: "object", properties: { secretX: { type: "string" } } };
      tool["respond"] = { secretX: `\${nodes.readX.${field}}` };
      return { key: "respond/secretX" };
    },
  },
  {
    name: "a sensitive field is sent out",
    rule: "sensitive-output",
    mutate: (tool, { sensitive, provider }) => {
      const patience = { timeout: "5s", retry: { maxAttempts: 3 } };
      if (sensitive === undefined || findNode(tool, "write") !== undefined) return undefined;
      const { entity, field } = sensitive;
      tool.flow.push({
        id: "readX",
        type: "read",
        after: lastTopNode(tool),
        entity,
        where: { id: { eq: someId } },
        one: true,
      });
      tool.flow.push({
        id: "sendX",
        type: "http",
        ...patience,
        provider,
        method: "POST",
        url: "/x",
        body: { note: `pin \${nodes.readX.${field}}` },
      });
      return { node: "sendX", key: "body/note" };
    },
  },
];
