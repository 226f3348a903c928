import type { Entity, FlowNode, NormalisedSpecs, Tool, Workspace } from "@lintel/specs";

export const workspace: Workspace = {
  name: "shop",
  region: "europe-west1",
  roles: ["agent"],
  auth: {
    issuer: "https://issuer.example.com",
    audience: "shop",
    roleClaim: "roles",
    algorithms: ["RS256"],
  },
  providers: [
    { type: "http", name: "crm", baseUrl: "https://crm.example.com", secret: "crm-key", idempotencyKeys: false },
    { type: "http", name: "erp", baseUrl: "https://erp.example.com", secret: "erp-key", idempotencyKeys: false },
  ],
  secrets: ["crm-key", "erp-key"],
  defaults: {},
  limits: { bodySize: 1_048_576, executionTime: 30_000, externalCalls: 10 },
  values: {},
  environment: "default",
};

export function entity(name: string, refs: readonly string[] = []): Entity {
  return {
    name,
    table: name.toLowerCase(),
    key: "id",
    fields: refs.map((ref) => ({
      name: `${ref.toLowerCase()}Id`,
      type: "uuid",
      nullable: false,
      generated: false,
      ref,
      sensitive: false,
      personal: false,
    })),
    relationships: [],
    invariants: [],
    unique: [],
    exclude: [],
    crud: {},
    list: { filterable: [], sortable: [], maximum: 100 },
  };
}

export function tool(name: string, flow: readonly FlowNode[]): Tool {
  return {
    name,
    version: "1.0.0",
    deprecated: false,
    origin: "file",
    trigger: { type: "http", method: "POST", path: `/${name}` },
    authorize: { type: "roles", roles: ["agent"] },
    concurrency: "optimistic",
    idempotency: "none",
    input: { type: "object" },
    output: { type: "object" },
    flow,
    respond: {},
    status: 200,
  };
}

const base = { after: [], onError: "fail" } as const;

export function transform(id: string, value: string, after: readonly string[] = []): FlowNode {
  return { ...base, type: "transform", id, value, after };
}

export function read(id: string, entityName: string, after: readonly string[] = []): FlowNode {
  return {
    ...base,
    type: "read",
    id,
    entity: entityName,
    after,
    one: false,
    optional: false,
    sort: [],
    include: [],
    includeDeleted: false,
  };
}

export function write(id: string, entityName: string): FlowNode {
  return { ...base, type: "write", id, entity: entityName, action: "create", values: {} };
}

export function transaction(id: string, nodes: readonly FlowNode[], after: readonly string[] = []): FlowNode {
  return { ...base, type: "transaction", id, nodes, after };
}

export function http(id: string, after: readonly string[] = [], onError = "fail"): FlowNode {
  return {
    ...base,
    type: "http",
    id,
    after,
    onError,
    provider: "crm",
    method: "POST",
    url: "/",
    query: {},
    headers: {},
  };
}

export function branch(id: string, nodes: readonly FlowNode[]): FlowNode {
  return { ...base, type: "if", id, condition: "true", then: nodes, else: [] };
}

export function specs(tools: readonly Tool[], entities: readonly Entity[] = []): NormalisedSpecs {
  return { workspace, entities, tools, policies: [] };
}
