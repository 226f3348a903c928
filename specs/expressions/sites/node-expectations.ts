// What the values of each node type's templates must be; a node type without an entry takes any.
import type { Entity } from "../../language/entity.ts";
import type { FlowNode, NodeOf, NodeType, Where } from "../../language/flow.ts";
import type { Expectation } from "../check/check-template.ts";
import { typeOfEntity } from "../types/entity-type.ts";
import { listOf, simple, type ValueType, withNull } from "../types/value-type.ts";

/** Expectations by the path of their site below the node. */
type Expectations = Readonly<Record<string, Expectation>>;

type Expect<T extends NodeType> = (node: NodeOf<T>, entities: readonly Entity[]) => Expectations;

const text = simple("string");
const money: ValueType = { kind: "money", nullable: false };

const expectations: { readonly [T in NodeType]?: Expect<T> } = {
  read: (node, entities) => ({
    ...whereExpectations(node.where, rowTypes(node.entity, entities)),
    take: { type: withNull(simple("integer")), name: '"take"' },
    "orderBy/by": { type: withNull(text), name: '"by"' },
  }),
  write: (node, entities) => {
    const types = rowTypes(node.entity, entities);
    const values = Object.keys(node.values).flatMap((name) => {
      const type = types[name];
      return type === undefined ? [] : [[`values/${name}`, { type, name: `the field "${name}"` }] as const];
    });
    return {
      ...whereExpectations(node.where, types),
      ...Object.fromEntries(values),
      key: { type: simple("uuid"), name: '"key"' },
      version: { type: withNull(simple("integer")), name: '"version"' },
    };
  },
  payment: () => ({
    amount: { type: money, name: '"amount"' },
    charge: { type: text, name: '"charge"' },
    customer: { type: withNull(text), name: '"customer"' },
    "compensate/amount": { type: money, name: '"amount"' },
    "compensate/charge": { type: text, name: '"charge"' },
  }),
  // A caller without an address fails the node when it runs, as an address that bounces would.
  email: () => ({
    to: { type: withNull(text), name: '"to"' },
    subject: { type: text, name: '"subject"' },
  }),
  http: () => ({ url: { type: text, name: '"url"' } }),
};

/** What the values of a node's templates must be, by site path. */
export function expectationsOf(node: FlowNode, entities: readonly Entity[]): ReadonlyMap<string, Expectation> {
  // The registry pairs each type with the entry of just that type; TypeScript cannot follow the correlation.
  const expect = expectations[node.type] as Expect<NodeType> | undefined;
  return new Map(Object.entries(expect?.(node, entities) ?? {}));
}

function rowTypes(name: string, entities: readonly Entity[]): Readonly<Record<string, ValueType | undefined>> {
  const entity = entities.find((candidate) => candidate.name === name);
  return entity === undefined ? {} : typeOfEntity(entity, entities).fields;
}

const ordered: ReadonlySet<ValueType["kind"]> = new Set([
  "integer",
  "number",
  "decimal",
  "money",
  "string",
  "date",
  "instant",
  "duration",
]);

/** Comparisons that a field's type does not have, by the path of their site: order, and the beginning of text. */
export function wrongComparisons(where: Where | undefined, entity: Entity): readonly WrongComparison[] {
  if (where === undefined || typeof where === "string") return [];
  const types: Readonly<Record<string, ValueType | undefined>> = typeOfEntity(entity, []).fields;
  return Object.entries(where).flatMap(([name, condition]) => {
    const kind = types[name]?.kind;
    if (kind === undefined) return [];
    const wrong = Object.keys(condition).filter((operator) =>
      operator === "startsWith" ? kind !== "string" : orderOperators.has(operator) && !ordered.has(kind),
    );
    return wrong.map((operator) => ({
      path: `where/${name}/${operator}`,
      message: `"${operator}" does not take the field "${name}", which is ${kind}`,
    }));
  });
}

export interface WrongComparison {
  readonly path: string;
  readonly message: string;
}

const orderOperators: ReadonlySet<string> = new Set(["lt", "lte", "gt", "gte"]);

function whereExpectations(
  where: Where | undefined,
  types: Readonly<Record<string, ValueType | undefined>>,
): Expectations {
  if (where === undefined || typeof where === "string") return {};
  const entries = Object.entries(where).flatMap(([name, { optional = false }]) => {
    const type = types[name];
    if (type === undefined) return [];
    const called = `the field "${name}"`;
    const nullable = { type: withNull(type), name: called };
    const present = { type: { ...type, nullable: optional }, name: called } as Expectation;
    const byOperator: Expectations = {
      eq: nullable,
      ne: nullable,
      lt: present,
      lte: present,
      gt: present,
      gte: present,
      in: { type: { ...listOf({ ...type, nullable: false } as ValueType), nullable: optional }, name: called },
      startsWith: present,
    };
    return Object.entries(byOperator).map(([operator, value]) => [`where/${name}/${operator}`, value] as const);
  });
  return Object.fromEntries(entries);
}
