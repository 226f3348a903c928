import { isJsonObject, type JsonObject, type JsonValue } from "@lintel/specs";
import type { ParseSql } from "./load-sql-parser.ts";
import { isBuiltIn, namesOf, unlistedFunction } from "./read-only-functions.ts";
import { isReadingNode } from "./reading-nodes.ts";

/** Why a statement is not provably read-only; undefined when it is. */
export type Objection = string | undefined;

/** Proves a statement read-only, or gives the first reason that it may not be: whatever cannot be proven counts as a write. */
export function objectionTo(statement: string, parse: ParseSql): Objection {
  const tree = parsed(statement, parse);
  if (tree === undefined) return "PostgreSQL cannot parse it";
  const statements = tree["stmts"] as readonly JsonObject[] | undefined;
  const [only, ...others] = statements ?? [];
  if (only === undefined || others.length > 0) return "it is not exactly one statement";
  const [kind = "nothing"] = Object.keys((only["stmt"] ?? {}) as JsonObject);
  return kind === "SelectStmt" ? objectionIn(only["stmt"] ?? null) : `it is ${statementName(kind)}`;
}

function objectionIn(tree: JsonValue): Objection {
  for (const [name, node] of everyNode(tree)) {
    const objection = objectionToNode(name, node);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function objectionToNode(name: string, node: JsonValue): Objection {
  if (name === "lockingClause") return "it locks rows (FOR UPDATE or FOR SHARE)";
  if (name === "intoClause") return "it makes a table (INTO)";
  if (!isReadingNode(name)) return `it contains ${statementName(name)}`;
  if (name === "FuncCall" && isJsonObject(node)) {
    const called = unlistedFunction(node);
    return called === undefined ? undefined : `it calls ${called}(), which is not known to only read`;
  }
  // An operator or a type of another schema runs whatever function stands behind it.
  const parts = isJsonObject(node) ? (operatorOrType[name]?.(node) ?? []) : [];
  return parts.length === 0 || isBuiltIn(parts)
    ? undefined
    : `it uses ${parts.join(".")}, which is not PostgreSQL's own`;
}

const operatorOrType: Readonly<Record<string, (node: JsonObject) => readonly string[]>> = {
  A_Expr: (node) => namesOf(node["name"]),
  SubLink: (node) => namesOf(node["operName"]),
  SortBy: (node) => namesOf(node["useOp"]),
  TypeName: (node) => namesOf(node["names"]),
  typeName: (node) => namesOf(node["names"]),
};

function parsed(statement: string, parse: ParseSql): JsonObject | undefined {
  try {
    const tree = parse(statement);
    return isJsonObject(tree) ? tree : undefined;
  } catch {
    return undefined; // its own message would quote the statement
  }
}

/** `DeleteStmt` -> `DELETE`, `CreateTableAsStmt` -> `CREATE TABLE AS`. */
function statementName(node: string): string {
  return node
    .replace(/Stmt$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}

/** Without recursion, because a long chain of operators is a tree as deep as the chain is long. */
function* everyNode(tree: JsonValue): Iterable<readonly [string, JsonValue]> {
  const open = [tree];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...(next as readonly JsonValue[]));
    else if (isJsonObject(next)) {
      for (const [name, node] of Object.entries(next)) {
        yield [name, node];
        open.push(node);
      }
    }
  }
}
