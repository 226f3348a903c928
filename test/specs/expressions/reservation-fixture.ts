import type { Entity, Field, Slice, Tool } from "../../../specs/index.ts";

/** A field with its defaults. */
export function field(name: string, type: Field["type"], more: Partial<Field> = {}): Field {
  return { name, type, nullable: false, generated: false, sensitive: false, personal: false, ...more };
}

function entity(name: string, fields: readonly Field[], more: Partial<Entity> = {}): Entity {
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

export const customer = entity("Customer", [field("subject", "string"), field("level", "integer", { nullable: true })]);

/** One field of each type, some nullable, and a belongsTo. */
export const reservation = entity(
  "Reservation",
  [
    field("customerId", "uuid", { ref: "Customer" }),
    field("nights", "integer"),
    field("guests", "integer", { nullable: true }),
    field("rate", "decimal"),
    field("discount", "decimal", { nullable: true }),
    field("factor", "number"),
    field("total", "money", { currency: "EUR" }),
    field("deposit", "money", { currency: "EUR", nullable: true }),
    field("paid", "boolean"),
    field("startsOn", "date"),
    field("endsOn", "date", { nullable: true }),
    field("bookedAt", "instant"),
    field("seenAt", "instant", { nullable: true }),
    field("grace", "duration"),
    field("source", "enum", { values: ["web", "phone"] }),
    field("note", "string", { nullable: true }),
    field("name", "string"),
    field("extra", "json", { nullable: true }),
  ],
  {
    relationships: [
      { name: "customer", type: "belongsTo", entity: "Customer", field: "customerId", onDelete: "restrict" },
    ],
    status: {
      field: "status",
      initial: "pending",
      final: ["cancelled"],
      states: ["pending", "confirmed", "cancelled"],
      transitions: [
        { name: "confirm", from: ["pending"], to: "confirmed" },
        { name: "cancel", from: ["pending", "confirmed"], to: "cancelled" },
      ],
    },
  },
);

export const entities: readonly Entity[] = [customer, reservation];

/** A tool around a flow; only what a test is about has to be given. */
function toolWith(more: Partial<Tool>): Tool {
  return {
    name: "confirm-reservation",
    version: "1.0.0",
    deprecated: false,
    origin: "file",
    trigger: { type: "http", method: "POST", path: "/reservations/{id}/confirm" },
    authorize: { type: "roles", roles: ["agent"] },
    concurrency: "optimistic",
    idempotency: "none",
    input: {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: { id: { type: "string", format: "uuid" }, note: { type: "string" }, count: { type: "integer" } },
    },
    output: { type: "object" },
    flow: [],
    respond: {},
    status: 200,
    ...more,
  };
}

/** The closed slice of such a tool. */
export function sliceWith(more: Partial<Tool>, rest: Partial<Slice> = {}): Slice {
  return {
    apiVersion: "lintel/v1",
    tool: toolWith(more),
    entities,
    policies: [],
    workspace: {
      name: "hotel",
      region: "europe-west1",
      roles: ["agent"],
      auth: { issuer: "https://issuer.test", audience: "hotel", roleClaim: "roles", algorithms: ["RS256"] },
      providers: [],
      secrets: [],
      defaults: {},
      limits: { bodySize: 1_000_000, executionTime: 30_000, externalCalls: 10 },
      values: { hotel: "Sun", rooms: 12 },
      environment: "default",
    },
    ...rest,
  };
}
