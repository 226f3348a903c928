import type { BindContext, BoundStatement, Parameter, Statement } from "../statement.ts";

const asText = { getTypeParser: () => (text: string) => text };

/** Binds a statement's parameters, in order. @throws StatementError, EvaluationError */
export function bindStatement(statement: Statement, bind: BindContext): BoundStatement {
  return withValues(
    statement,
    statement.parameters.map((parameter) => parameter.bind(bind)),
  );
}

/** The same, with a value for the last parameter: what tells of the rows that were locked, or touched. */
export function bindLast(statement: Statement, bind: BindContext, last: string | readonly string[]): BoundStatement {
  const parameters: readonly Parameter[] = statement.parameters.slice(0, -1);
  return withValues(statement, [...parameters.map((parameter) => parameter.bind(bind)), last]);
}

/** A statement without parameters. */
export function constantStatement(name: string, text: string): BoundStatement {
  return withValues({ name, text, parameters: [] }, []);
}

function withValues(statement: Statement, values: BoundStatement["values"]): BoundStatement {
  return { name: statement.name, text: statement.text, values, rowMode: "array", types: asText };
}
