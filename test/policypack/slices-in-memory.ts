import { analyseSlice, type Finding, type Locate, type ToolRisk } from "@lintel/policypack/risk";
import {
  type Acknowledgement,
  digestOf,
  type FlowNode,
  type PaymentNode,
  type Policy,
  type Slice,
  type SqlNode,
  type WriteNode,
} from "@lintel/specs";
import { entity, http, specs, tool, workspace } from "../specs/bundle/specs-in-memory.ts";

const base = { after: [], onError: "fail" } as const;

export function write(id: string, fields: Partial<WriteNode> = {}): FlowNode {
  return { ...base, type: "write", id, entity: "Order", action: "update", key: "${input.id}", values: {}, ...fields };
}

export function payment(id: string, fields: Partial<PaymentNode> = {}): FlowNode {
  const { operation = "charge" } = fields;
  const amount = operation === "charge" ? { amount: 1 } : {};
  return { ...base, type: "payment", id, provider: "stripe", operation, ...amount, metadata: {}, ...fields };
}

export function sql(id: string, statement: string, fields: Partial<SqlNode> = {}): FlowNode {
  return { ...base, type: "sql", id, statement, parameters: [], ...fields };
}

export function call(id: string, fields: object = {}): FlowNode {
  return { ...http(id), timeout: 1000, retry, ...fields } as FlowNode;
}

export const retry = { maxAttempts: 3, backoff: "exponential", initialDelay: 200, maxDelay: 5000 } as const;

export function slice(flow: readonly FlowNode[], changes: Partial<Slice> = {}): Slice {
  const { apiVersion, entities, policies } = {
    apiVersion: "lintel/v1" as const,
    entities: specs([], [entity("Order")]).entities,
    policies: [] as readonly Policy[],
  };
  return { apiVersion, tool: tool("ship", flow), entities, policies, workspace, ...changes };
}

export const now = "2026-06-15T12:00:00Z";

export function judge(
  flow: readonly FlowNode[] | Slice,
  acknowledgements: readonly Acknowledgement[] = [],
  locate?: Locate,
  options = {},
): ToolRisk {
  const judged = Array.isArray(flow) ? slice(flow as readonly FlowNode[]) : (flow as Slice);
  return analyseSlice(judged, digestOf(judged), acknowledgements, now, locate, options);
}

/** `rule node` of each finding, in the order reported. */
export function found(flow: readonly FlowNode[] | Slice): readonly string[] {
  return judge(flow).findings.map(({ rule, node }) => `${rule} ${node ?? ""}`.trim());
}

export function accept(finding: Finding, changes: Partial<Acknowledgement> = {}): Acknowledgement {
  const { tool: name, rule, fingerprint } = finding;
  return { tool: name, rule, fingerprint, reason: "reviewed", by: "jo", expires: "2026-06-15", ...changes };
}
