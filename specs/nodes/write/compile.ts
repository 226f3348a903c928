import { compact } from "../../compile/compact.ts";
import type { ValueTemplate, WriteAction, WriteNode } from "../../language/flow.ts";
import { type AuthoredWhere, compileWhere } from "../check-where.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";
import { checkErasure, checkTransition, checkValues } from "./check-write.ts";

export interface AuthoredWrite extends AuthoredNode {
  readonly action: WriteAction;
  readonly entity: string;
  readonly key?: ValueTemplate;
  readonly where?: AuthoredWhere;
  readonly values?: Readonly<Record<string, ValueTemplate>>;
  readonly transition?: string;
  readonly limit?: number;
  readonly version?: ValueTemplate;
}

export const compileWrite: CompileNode<"write"> = (node, context) => {
  const authored = node as AuthoredWrite;
  const entity = context.entity(authored.entity);
  const { action, key, values = {}, transition, version } = authored;
  if (key !== undefined && authored.where !== undefined) {
    context.report("contradictory-keys", ["where"], { key: "where", other: "key" }, { at: "key" });
  }
  if (entity !== undefined) {
    checkValues(action, values, entity, context);
    if (transition !== undefined) checkTransition(transition, entity, context);
    if (action === "erase") checkErasure(entity, context);
  }
  const touchesMany = action !== "create" && key === undefined;
  return compact<WriteNode>({
    ...context.base,
    type: "write",
    action,
    entity: authored.entity,
    key,
    where: compileWhere(authored.where, entity, context),
    values,
    transition,
    limit: authored.limit ?? (touchesMany ? context.workspace?.defaults.rowLimit : undefined),
    version,
  });
};
