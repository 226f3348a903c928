import {
  allNodes,
  type Entity,
  type FlowNode,
  type FlowPlan,
  flowScopes,
  type NodeOf,
  type Slice,
} from "@lintel/specs";
import { entityNamed } from "../columns.ts";
import type { NodeStatements, ReadStatement, ToolStatements, WriteStatement } from "../statement.ts";
import { type Access, ownedEntities, possibleOwnerships } from "./access.ts";
import { compileChange } from "./compile-change.ts";
import { compileCreate } from "./compile-create.ts";
import { compileInvariants } from "./compile-invariants.ts";
import { compileRead } from "./compile-read.ts";
import type { Site } from "./conditions.ts";
import { statementCompiler, type ToStatement } from "./raw-sql.ts";

/**
 * Compiles every `read` and `write` of a tool to SQL text, once per kind of caller; `entities` are all of the workspace, as
 * deletions reach further than the tool's own.
 * @throws StatementError, ExpressionError for what the specs' own checks should have refused.
 */
export function compileStatements(
  slice: Slice,
  plan: FlowPlan,
  entities: readonly Entity[] = slice.entities,
): ToolStatements {
  const toStatement = statementCompiler();
  const byOwnership = new Map(
    possibleOwnerships(slice).map((owned) => [owned.join(" "), compileFor(slice, plan, owned, toStatement)] as const),
  );
  return {
    forRoles: (roles) => {
      const found = byOwnership.get(ownedEntities(slice, roles).join(" "));
      if (found === undefined) throw new Error(`tool ${slice.tool.name} has no statements for these roles`);
      return found;
    },
    invariants: compileInvariants(slice, entities, toStatement),
  };
}

function compileFor(slice: Slice, plan: FlowPlan, owned: readonly string[], toStatement: ToStatement): NodeStatements {
  const { authorize, flow } = slice.tool;
  const isTenantBound = authorize.type === "roles" || authorize.type === "public";
  const access: Access = { entities: slice.entities, owned: new Set(owned), isTenantBound };
  const scopes = flowScopes(slice, plan);
  const reads: Record<string, ReadStatement> = {};
  const writes: Record<string, WriteStatement> = {};
  const siteOf = (node: NodeOf<"read"> | NodeOf<"write">): Site => ({
    node,
    entity: entityNamed(slice.entities, node.entity),
    entities: slice.entities,
    scope: scopes.at(node.id),
    whereScope: scopes.at(node.id, "entity"),
  });
  for (const node of allNodes(flow)) {
    if (node.type === "read") reads[node.id] = readOf(node, siteOf(node));
    if (node.type === "write") writes[node.id] = writeOf(node, siteOf(node));
  }
  return { reads, writes };

  function readOf(node: NodeOf<"read">, site: Site): ReadStatement {
    const isLocking = slice.tool.concurrency === "pessimistic" && isInTransaction(node, plan);
    return compileRead(node, site, { toStatement, access, isLocking, pageSize: slice.workspace.defaults.pageSize });
  }

  function writeOf(node: NodeOf<"write">, site: Site): WriteStatement {
    if (node.action === "create") return compileCreate(node, site, access, toStatement);
    return compileChange(node, site, { toStatement, access, rowLimit: slice.workspace.defaults.rowLimit });
  }
}

function isInTransaction(node: FlowNode, plan: FlowPlan): boolean {
  return plan.nodes[node.id]?.inTransaction === true;
}
