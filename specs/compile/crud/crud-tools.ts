import type { JsonSchema } from "../../json.ts";
import type { CrudAction, Entity } from "../../language/entity.ts";
import type { FlowNode, NodeBase, ReadNode, WriteNode } from "../../language/flow.ts";
import type { HttpTrigger, Tool } from "../../language/tool.ts";
import type { Declared } from "../compilation.ts";
import { kebabCase, plural } from "../entity-names.ts";
import { createInput, filtersOf, keyInput, listInput, listOutput, rowOutput, updateInput } from "./crud-schemas.ts";
import { createValues, orderAndPage, rowTemplate, updateValues } from "./crud-values.ts";
import { filterConditions } from "./list-filters.ts";

export interface CrudTool {
  readonly action: CrudAction;
  readonly tool: Tool;
}

/** The tools that an entity's `crud:` asks for: ordinary tools, which a file of the same name replaces. */
export function crudTools(entity: Entity, declared: Declared): readonly CrudTool[] {
  return (["create", "read", "list", "update", "delete"] as const).flatMap((action) => {
    const roles = entity.crud[action];
    return roles === undefined ? [] : [{ action, tool: makers[action](entity, roles, declared) }];
  });
}

type Maker = (entity: Entity, roles: readonly string[], declared: Declared) => Tool;

const makers: Readonly<Record<CrudAction, Maker>> = {
  create: createTool,
  read: readTool,
  list: listTool,
  update: updateTool,
  delete: deleteTool,
};

interface Parts {
  readonly verb: string;
  readonly description: string;
  readonly method: HttpTrigger["method"];
  readonly isOfOne: boolean;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly flow: readonly FlowNode[];
  readonly respond: Tool["respond"];
  readonly status?: number;
}

function toolOf(entity: Entity, roles: readonly string[], parts: Parts): Tool {
  const name = kebabCase(entity.name);
  const path = `/${plural(name)}${parts.isOfOne ? "/{id}" : ""}`;
  return {
    name: `${parts.verb}-${parts.verb === "list" ? plural(name) : name}`,
    description: parts.description,
    version: "1.0.0",
    deprecated: false,
    origin: "crud",
    trigger: { type: "http", method: parts.method, path },
    authorize: { type: "roles", roles },
    concurrency: "optimistic",
    idempotency: parts.method === "GET" ? "none" : "optional",
    input: parts.input,
    output: parts.output,
    flow: parts.flow,
    respond: parts.respond,
    status: parts.status ?? 200,
  };
}

function createTool(entity: Entity, roles: readonly string[]): Tool {
  return toolOf(entity, roles, {
    verb: "create",
    description: `Creates one ${entity.name}.`,
    method: "POST",
    isOfOne: false,
    input: createInput(entity),
    output: rowOutput(entity),
    flow: [transaction(write("row", { action: "create", entity: entity.name, values: createValues(entity) }))],
    respond: rowTemplate(entity, "row"),
    status: 201,
  });
}

function readTool(entity: Entity, roles: readonly string[]): Tool {
  return toolOf(entity, roles, {
    verb: "get",
    description: `Reads one ${entity.name}.`,
    method: "GET",
    isOfOne: true,
    input: keyInput(),
    output: rowOutput(entity),
    flow: [readOne("row", entity)],
    respond: rowTemplate(entity, "row"),
  });
}

function listTool(entity: Entity, roles: readonly string[], { workspace }: Declared): Tool {
  const pageSize = Math.min(workspace?.defaults.pageSize ?? 50, entity.list.maximum);
  const where = filterConditions(filtersOf(entity));
  const rows: ReadNode = {
    ...base("rows"),
    type: "read",
    entity: entity.name,
    ...(Object.keys(where).length === 0 ? {} : { where }),
    one: false,
    optional: false,
    limit: entity.list.maximum,
    ...orderAndPage(entity),
    include: [],
    includeDeleted: false,
  };
  return toolOf(entity, roles, {
    verb: "list",
    description: `Lists ${entity.name} rows.`,
    method: "GET",
    isOfOne: false,
    input: listInput(entity, pageSize),
    output: listOutput(entity),
    flow: [rows],
    respond: { items: `\${nodes.rows.items}`, next: `\${nodes.rows.next}` },
  });
}

function updateTool(entity: Entity, roles: readonly string[]): Tool {
  const values = updateValues(entity);
  const version = `\${has(input.version) ? input.version : nodes.current.version}`;
  const key = `\${input.id}`;
  return toolOf(entity, roles, {
    verb: "update",
    description: `Updates the given fields of one ${entity.name}; its status changes by transitions only.`,
    method: "PATCH",
    isOfOne: true,
    input: updateInput(entity),
    output: rowOutput(entity),
    flow: [
      transaction(
        readOne("current", entity),
        write("row", { action: "update", entity: entity.name, key, values, version }),
      ),
    ],
    respond: rowTemplate(entity, "row"),
  });
}

function deleteTool(entity: Entity, roles: readonly string[]): Tool {
  const id: JsonSchema = { type: "string", format: "uuid" };
  return toolOf(entity, roles, {
    verb: "delete",
    description: `Soft-deletes one ${entity.name}.`,
    method: "DELETE",
    isOfOne: true,
    input: keyInput(),
    output: { type: "object", required: ["id"], additionalProperties: false, properties: { id } },
    flow: [transaction(write("row", { action: "softDelete", entity: entity.name, key: `\${input.id}`, values: {} }))],
    respond: { id: `\${nodes.row.id}` },
  });
}

function base(id: string): NodeBase {
  return { id, after: [], onError: "fail" };
}

function transaction(...nodes: readonly FlowNode[]): FlowNode {
  return { ...base("transaction"), type: "transaction", nodes };
}

function write(id: string, fields: Omit<WriteNode, keyof NodeBase | "type">): WriteNode {
  return { ...base(id), type: "write", ...fields };
}

function readOne(id: string, entity: Entity): ReadNode {
  return {
    ...base(id),
    type: "read",
    entity: entity.name,
    where: { id: { eq: `\${input.id}` } },
    one: true,
    optional: false,
    sort: [],
    include: [],
    includeDeleted: false,
  };
}
