// Specs of a small hotel, normalised by hand: what the database part takes, without the loader.
import {
  assembleBundle,
  type Bundle,
  type Entity,
  type Field,
  type FlowNode,
  type NodeOf,
  planFlow,
  type Slice,
  sliceOf,
  type Tool,
  type Workspace,
} from "@lintel/specs";
import { compileStatements, type ToolStatements } from "../../../executor/database/index.ts";

const workspace: Workspace = {
  name: "hotel",
  region: "europe-west1",
  roles: ["customer", "agent"],
  auth: { issuer: "https://login.example.com", audience: "hotel", roleClaim: "roles", algorithms: ["RS256"] },
  providers: [],
  secrets: [],
  defaults: {},
  limits: { bodySize: 1_048_576, executionTime: 30_000, externalCalls: 10 },
  values: {},
  environment: "default",
};

export function field(name: string, type: Field["type"], more: Partial<Field> = {}): Field {
  return { name, type, nullable: false, generated: false, sensitive: false, personal: false, ...more };
}

export function entity(name: string, fields: readonly Field[], more: Partial<Entity> = {}): Entity {
  return {
    name,
    table: name.toLowerCase(),
    key: "id",
    fields: [field("id", "uuid", { generated: true }), ...fields],
    relationships: [],
    invariants: [],
    unique: [],
    exclude: [],
    crud: {},
    list: { filterable: [], sortable: [], maximum: 100 },
    ...more,
  };
}

export const customer = entity(
  "Customer",
  [field("subject", "string", { maxLength: 200 }), field("name", "string", { minLength: 1, personal: true })],
  {
    relationships: [
      { name: "reservations", type: "hasMany", entity: "Reservation", field: "customerId", onDelete: "restrict" },
    ],
    unique: [["subject"]],
    ownership: { via: ["subject"], claim: "sub", roles: ["customer"] },
  },
);

export const room = entity(
  "Room",
  [
    field("number", "string", { maxLength: 10 }),
    field("beds", "integer", { minimum: 1, maximum: 8 }),
    field("nightlyRate", "money", { currency: "EUR", minimum: 0 }),
  ],
  { unique: [["number"]] },
);

export const reservation = entity(
  "Reservation",
  [
    field("customerId", "uuid", { ref: "Customer" }),
    field("roomId", "uuid", { ref: "Room" }),
    field("startsOn", "date"),
    field("endsOn", "date"),
    field("nights", "integer", { computed: "this.endsOn - this.startsOn" }),
    field("guests", "integer", { minimum: 1, maximum: 8, default: 1 }),
    field("source", "enum", { values: ["web", "phone"], default: "web" }),
    field("note", "string", { nullable: true, maxLength: 100 }),
  ],
  {
    relationships: [
      { name: "customer", type: "belongsTo", entity: "Customer", field: "customerId", onDelete: "restrict" },
      { name: "room", type: "belongsTo", entity: "Room", field: "roomId", onDelete: "restrict" },
    ],
    status: {
      field: "status",
      initial: "pending",
      final: ["cancelled", "completed"],
      states: ["pending", "cancelled", "completed", "confirmed"],
      transitions: [
        { name: "confirm", from: ["pending"], to: "confirmed" },
        { name: "complete", from: ["confirmed"], to: "completed" },
        { name: "cancel", from: ["pending", "confirmed"], to: "cancelled" },
      ],
    },
    invariants: [
      { name: "ends-after-start", expr: "this.endsOn > this.startsOn", message: "end date must be after start date" },
    ],
    exclude: [
      {
        name: "no-overlap",
        parts: [
          { fields: ["roomId"], operator: "equal" },
          { fields: ["startsOn", "endsOn"], bounds: "[)", operator: "overlaps" },
        ],
        where: 'this.status != "cancelled"',
      },
    ],
    ownership: { via: ["customer", "subject"], claim: "sub", roles: ["customer"] },
    list: { filterable: ["status", "startsOn"], sortable: ["startsOn"], maximum: 100 },
  },
);

const base = { after: [], onError: "fail" } as const;

export function read(id: string, name: string, more: Partial<NodeOf<"read">> = {}): NodeOf<"read"> {
  const usual = { one: false, optional: false, sort: [], include: [], includeDeleted: false } as const;
  return { ...base, ...usual, type: "read", id, entity: name, ...more };
}

export function write(
  id: string,
  name: string,
  action: NodeOf<"write">["action"],
  more: Partial<NodeOf<"write">> = {},
): NodeOf<"write"> {
  return { ...base, type: "write", id, entity: name, action, values: {}, ...more };
}

export function transaction(id: string, nodes: readonly FlowNode[]): NodeOf<"transaction"> {
  return { ...base, type: "transaction", id, nodes };
}

export function tool(name: string, flow: readonly FlowNode[], more: Partial<Tool> = {}): Tool {
  return {
    name,
    version: "1.0.0",
    deprecated: false,
    origin: "file",
    trigger: { type: "http", method: "POST", path: `/${name}` },
    authorize: { type: "roles", roles: ["customer", "agent"] },
    concurrency: "optimistic",
    idempotency: "none",
    input: { type: "object" },
    output: { type: "object" },
    flow,
    respond: {},
    status: 200,
    ...more,
  };
}

/** Input whose properties are text of these formats, all required. */
export function input(properties: Tool["input"]): Tool["input"] {
  return { type: "object", additionalProperties: false, required: Object.keys(properties), properties };
}

export const bookRoom = tool(
  "book-room",
  [
    transaction("book", [
      read("room", "Room", { where: { id: { eq: "${input.roomId}" } }, one: true }),
      write("reservation", "Reservation", "create", {
        after: ["room"],
        values: {
          customerId: "${input.customerId}",
          roomId: "${nodes.room.id}",
          startsOn: "${input.startsOn}",
          endsOn: "${input.endsOn}",
          guests: 2,
        },
      }),
    ]),
  ],
  {
    concurrency: "pessimistic",
    input: input({
      customerId: { type: "string", format: "uuid" },
      roomId: { type: "string", format: "uuid" },
      startsOn: { type: "string", format: "date" },
      endsOn: { type: "string", format: "date" },
    }),
  },
);

export const entities: readonly Entity[] = [customer, reservation, room];

export function bundleOf(tools: readonly Tool[], all: readonly Entity[] = entities): Bundle {
  return assembleBundle({ workspace, entities: all, tools, policies: [] });
}

function sliceFor(one: Tool, all: readonly Entity[] = entities): Slice {
  return sliceOf({ workspace, entities: all, tools: [one], policies: [] }, one);
}

export function statementsOf(one: Tool, all: readonly Entity[] = entities): ToolStatements {
  return compileStatements(sliceFor(one, all), planFlow(one.flow));
}
