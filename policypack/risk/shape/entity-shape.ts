import type {
  Entity,
  Exclusion,
  ExclusionPart,
  Field,
  Invariant,
  ListOptions,
  Ownership,
  Relationship,
  StatusMachine,
  Tenant,
  Transition,
} from "@lintel/specs";
import { listOf, maybe, objectOf, oneOf, recordOf, type Shape } from "./shape.ts";
import { anyText, duration, flag, json, number, text, texts, wholeNumber } from "./value-shapes.ts";

const field = objectOf<Field>({
  name: text,
  type: oneOf({
    uuid: true,
    string: true,
    integer: true,
    number: true,
    decimal: true,
    money: true,
    boolean: true,
    date: true,
    instant: true,
    duration: true,
    enum: true,
    json: true,
  }),
  nullable: flag,
  generated: flag,
  computed: maybe(text),
  default: maybe(json),
  ref: maybe(text),
  values: maybe(texts),
  currency: maybe(text),
  minimum: maybe(number),
  maximum: maybe(number),
  minLength: maybe(wholeNumber(0)),
  maxLength: maybe(wholeNumber(1)),
  pattern: maybe(anyText),
  precision: maybe(wholeNumber(1)),
  scale: maybe(wholeNumber(0)),
  sensitive: flag,
  personal: flag,
  renamedFrom: maybe(text),
  renamedValues: maybe(recordOf(text)),
});

const relationship = objectOf<Relationship>({
  name: text,
  type: oneOf({ belongsTo: true, hasMany: true, hasOne: true, through: true }),
  entity: text,
  field: text,
  through: maybe(text),
  onDelete: oneOf({ restrict: true, cascade: true, setNull: true }),
});

const status = objectOf<StatusMachine>({
  field: text,
  initial: text,
  final: texts,
  states: texts,
  transitions: listOf(objectOf<Transition>({ name: text, from: texts, to: text })),
  renamedStates: maybe(recordOf(text)),
});

const exclusion = objectOf<Exclusion>({
  name: text,
  parts: listOf(
    objectOf<ExclusionPart>({
      fields: texts,
      bounds: maybe(oneOf({ "[)": true, "[]": true, "(]": true, "()": true })),
      operator: oneOf({ equal: true, overlaps: true }),
    }),
  ),
  where: maybe(text),
  message: maybe(text),
});

export const entity: Shape<Entity> = objectOf<Entity>({
  name: text,
  description: maybe(anyText),
  renamedFrom: maybe(text),
  table: text,
  key: oneOf({ id: true }),
  fields: listOf(field),
  relationships: listOf(relationship),
  status: maybe(status),
  invariants: listOf(objectOf<Invariant>({ name: text, expr: text, message: text, why: maybe(anyText) })),
  unique: listOf(texts),
  exclude: listOf(exclusion),
  ownership: maybe(objectOf<Ownership>({ via: texts, claim: text, roles: texts })),
  tenant: maybe(objectOf<Tenant>({ field: text, claim: text })),
  crud: objectOf<Entity["crud"]>({
    create: maybe(texts),
    read: maybe(texts),
    list: maybe(texts),
    update: maybe(texts),
    delete: maybe(texts),
  }),
  list: objectOf<ListOptions>({ filterable: texts, sortable: texts, maximum: wholeNumber(1) }),
  retention: maybe(duration),
});
