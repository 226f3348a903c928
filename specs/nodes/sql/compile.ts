import { compact } from "../../compile/compact.ts";
import type { SqlNode, ValueTemplate } from "../../language/flow.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredSql extends AuthoredNode {
  readonly statement: string;
  readonly parameters?: readonly ValueTemplate[];
  readonly limit?: number;
}

export const compileSql: CompileNode<"sql"> = (node, { base }) => {
  const { statement, parameters = [], limit } = node as AuthoredSql;
  return compact<SqlNode>({ ...base, type: "sql", statement, parameters, limit });
};
