import { childrenOf, type Entity, type Expression, parseExpression } from "@lintel/specs";

/** A field of another row that an expression over a row reads. */
export interface RelationRead {
  /** Fields that lead there: of the row itself first, each a reference to the next row. */
  readonly path: readonly string[];
  /** Name of the entity that is reached. */
  readonly entity: string;
  readonly field: string;
}

/** What an expression over a row reads of the rows that it belongs to, through `this` and `old`. */
export function relationReads(entity: Entity, source: string, entities: readonly Entity[]): readonly RelationRead[] {
  return chainsIn(parseExpression(source)).flatMap((chain) => readsAlong(entity, chain, entities));
}

/** Names that are selected from one another, from `this`, `old` or the row's bare name on. */
function chainsIn(expression: Expression): readonly (readonly string[])[] {
  const chain = chainOf(expression);
  return chain === undefined ? childrenOf(expression).flatMap(chainsIn) : [chain];
}

function chainOf(expression: Expression): readonly string[] | undefined {
  if (expression.type === "name") {
    return expression.name === "this" || expression.name === "old" ? [] : [expression.name];
  }
  if (expression.type !== "select" && expression.type !== "has") return undefined;
  const operand = chainOf(expression.operand);
  return operand === undefined ? undefined : [...operand, expression.field];
}

function readsAlong(start: Entity, chain: readonly string[], entities: readonly Entity[]): readonly RelationRead[] {
  const reads: RelationRead[] = [];
  const path: string[] = [];
  let entity: Entity | undefined = start;
  for (const name of chain) {
    if (entity === undefined) break;
    const hop: Entity["relationships"][number] | undefined = entity.relationships.find(
      (relationship) => relationship.name === name && relationship.type === "belongsTo",
    );
    if (path.length > 0) reads.push({ path: [...path], entity: entity.name, field: hop?.field ?? name });
    if (hop === undefined) break;
    path.push(hop.field);
    entity = entities.find((other) => other.name === hop.entity);
  }
  return reads;
}
