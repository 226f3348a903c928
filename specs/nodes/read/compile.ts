import { compact } from "../../compile/compact.ts";
import type { Entity } from "../../language/entity.ts";
import type { ReadNode, Sort, ValueTemplate } from "../../language/flow.ts";
import { suggestion } from "../../load/did-you-mean.ts";
import { type AuthoredWhere, checkField, compileWhere } from "../check-where.ts";
import type { AuthoredNode, CompileNode, NodeContext } from "../node-compiler.ts";

interface AuthoredRead extends AuthoredNode {
  readonly entity: string;
  readonly where?: AuthoredWhere;
  readonly one?: boolean;
  readonly optional?: boolean;
  readonly limit?: number;
  readonly take?: ValueTemplate;
  readonly sort?: readonly (string | { readonly field: string; readonly direction?: "asc" | "desc" })[];
  readonly orderBy?: { readonly by: ValueTemplate; readonly allowed: readonly string[] };
  readonly page?: { readonly after: ValueTemplate };
  readonly include?: readonly string[];
  readonly includeDeleted?: boolean;
}

export const compileRead: CompileNode<"read"> = (node, context) => {
  const authored = node as AuthoredRead;
  const entity = context.entity(authored.entity);
  const { one = false, optional = false, take, orderBy, page } = authored;
  if (optional && !one) context.report("optional-needs-one", ["optional"], {}, { at: "key" });
  if (page !== undefined) checkPage(authored, entity, context);
  authored.include?.forEach((name, index) => checkRelationship(name, index, entity, context));
  orderBy?.allowed.forEach((name, index) => checkField(name, entity, ["orderBy", "allowed", index], context));
  return compact<ReadNode>({
    ...context.base,
    type: "read",
    entity: authored.entity,
    where: compileWhere(authored.where, entity, context),
    one,
    optional,
    limit: authored.limit ?? (one ? undefined : context.workspace?.defaults.pageSize),
    take,
    sort: (authored.sort ?? []).map((sort, index) => compileSort(sort, index, entity, context)),
    orderBy,
    page,
    include: authored.include ?? [],
    includeDeleted: authored.includeDeleted ?? false,
  });
};

/** A cursor carries the values that rows are sorted by, to whoever has it. */
function checkPage({ one, sort, orderBy }: AuthoredRead, entity: Entity | undefined, { report }: NodeContext): void {
  if (one === true) report("page-of-one", ["page"], {}, { at: "key" });
  const names = [
    ...(sort ?? []).map((each) => (typeof each === "string" ? each.replace(/^-/, "") : each.field)),
    ...(orderBy?.allowed ?? []),
  ];
  const sensitive = entity?.fields.find(({ name, sensitive }) => sensitive && names.includes(name));
  if (sensitive !== undefined) report("sensitive-cursor", ["page"], { name: sensitive.name }, { at: "key" });
}

function compileSort(
  authored: NonNullable<AuthoredRead["sort"]>[number],
  index: number,
  entity: Entity | undefined,
  context: NodeContext,
): Sort {
  const isText = typeof authored === "string";
  const field = isText ? authored.replace(/^-/, "") : authored.field;
  checkField(field, entity, isText ? ["sort", index] : ["sort", index, "field"], context);
  const isDescending = isText ? authored.startsWith("-") : authored.direction === "desc";
  return { field, direction: isDescending ? "desc" : "asc" };
}

function checkRelationship(name: string, index: number, entity: Entity | undefined, { report }: NodeContext): void {
  if (entity === undefined) return;
  const known = entity.relationships.map((relationship) => relationship.name);
  if (known.includes(name)) return;
  const hint = suggestion(name, known);
  report("unknown-relationship", ["include", index], { name, entity: entity.name }, { hint });
}
