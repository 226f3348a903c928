import type { Slice } from "../../bundle/bundle.ts";
import { allNodes, type FlowPlan } from "../../bundle/flow-plan.ts";
import type { JsonObject } from "../../json.ts";
import type { FlowNode } from "../../language/flow.ts";
import { effectOf, isExternal } from "../../nodes/index.ts";
import type { Scope } from "../scopes/scope.ts";
import { enumOf, listOf, objectOf, simple, withNull } from "../types/value-type.ts";

const text = simple("string");
const boolean = simple("boolean");
const integer = simple("integer");

/** What the rules of a policy may read: facts of a tool and its flow, known at design time. */
export const policyRuleScope: Scope = {
  names: {
    tool: objectOf(
      {
        name: text,
        version: text,
        deprecated: boolean,
        origin: enumOf(["file", "crud"]),
        trigger: enumOf(["http", "webhook", "schedule"]),
        method: withNull(text),
        path: withNull(text),
        authorize: enumOf(["roles", "public", "signature", "oidc"]),
        roles: listOf(text),
        concurrency: enumOf(["optimistic", "pessimistic", "serializable"]),
        idempotency: enumOf(["required", "optional", "none"]),
      },
      "tool",
    ),
    flow: objectOf(
      {
        nodes: listOf(
          objectOf(
            {
              id: text,
              type: text,
              effect: enumOf(["none", "read", "write", "rawSql", "externalRead", "externalWrite"]),
              entity: withNull(text),
              action: withNull(text),
              provider: withNull(text),
              isExternal: boolean,
              inTransaction: boolean,
              inLoop: boolean,
              isConditional: boolean,
              hasCompensation: boolean,
            },
            "a node's facts",
          ),
        ),
        reads: integer,
        writes: integer,
        externalCalls: integer,
      },
      "flow",
    ),
  },
};

/** The values of `policyRuleScope` for one tool. */
export function policyFacts({ tool }: Slice, plan: FlowPlan): JsonObject {
  const { trigger, authorize } = tool;
  const nodes = allNodes(tool.flow);
  const count = (...effects: readonly string[]): number =>
    nodes.filter((node) => effects.includes(effectOf(node))).length;
  return {
    tool: {
      name: tool.name,
      version: tool.version,
      deprecated: tool.deprecated,
      origin: tool.origin,
      trigger: trigger.type,
      method: trigger.type === "http" ? trigger.method : null,
      path: trigger.type === "schedule" ? null : trigger.path,
      authorize: authorize.type,
      roles: authorize.type === "roles" ? authorize.roles : [],
      concurrency: tool.concurrency,
      idempotency: tool.idempotency,
    },
    flow: {
      nodes: nodes.map((node) => nodeFacts(node, plan)),
      reads: count("read", "rawSql"),
      writes: count("write"),
      externalCalls: nodes.filter(isExternal).length,
    },
  };
}

function nodeFacts(node: FlowNode, plan: FlowPlan): JsonObject {
  const facts = plan.nodes[node.id];
  return {
    id: node.id,
    type: node.type,
    effect: effectOf(node),
    entity: "entity" in node ? node.entity : null,
    action: "action" in node ? node.action : null,
    provider: "provider" in node ? (node.provider ?? null) : null,
    isExternal: isExternal(node),
    inTransaction: facts?.inTransaction ?? false,
    inLoop: facts?.inLoop ?? false,
    isConditional: facts?.isConditional ?? false,
    hasCompensation: "compensate" in node,
  };
}
