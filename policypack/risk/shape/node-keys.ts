// Keys that nodes of several types have.
import type { Condition, NodeBase, Where } from "@lintel/specs";
import { type Keys, maybe, objectOf, recordOf, type Shape } from "./shape.ts";
import { anyText, flag, json, text, texts, wholeNumber } from "./value-shapes.ts";

export const base: Keys<NodeBase> = {
  id: text,
  after: texts,
  when: maybe(text),
  onError: text,
  why: maybe(anyText),
};

const conditions = recordOf(
  objectOf<Condition>({
    eq: maybe(json),
    ne: maybe(json),
    lt: maybe(json),
    lte: maybe(json),
    gt: maybe(json),
    gte: maybe(json),
    in: maybe(json),
    startsWith: maybe(json),
    optional: maybe(flag),
  }),
);

export const where: Shape<Where> = {
  misfit: (value) => (typeof value === "string" ? text.misfit(value) : conditions.misfit(value)),
};

export const limit = maybe(wholeNumber(1));
