import type { Entity, Where } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { rowBound } from "../../policypack/risk/where/row-bound.ts";
import { entity } from "../specs/bundle/specs-in-memory.ts";

const plain = { nullable: false, generated: false, sensitive: false, personal: false };
const order: Entity = {
  ...entity("Order"),
  fields: [
    { ...plain, name: "id", type: "uuid" },
    { ...plain, name: "reference", type: "string" },
    { ...plain, name: "shop", type: "string" },
    { ...plain, name: "lines", type: "integer", minimum: 0, maximum: 500 },
    { ...plain, name: "weight", type: "number" },
    { ...plain, name: "price", type: "decimal" },
    { ...plain, name: "held", type: "duration" },
    { ...plain, name: "isGift", type: "boolean" },
    { ...plain, name: "source", type: "enum", values: ["web", "phone"] },
    { ...plain, name: "note", type: "string", nullable: true },
    { ...plain, name: "placedOn", type: "date" },
    { ...plain, name: "total", type: "money", currency: "EUR", minimum: 0 },
    { ...plain, name: "tip", type: "money", currency: "EUR", nullable: true },
  ],
  status: { field: "status", initial: "open", final: ["done"], states: ["open", "paid", "done"], transitions: [] },
  unique: [["shop", "reference"], ["note"]],
};
const input = { type: "object", properties: { ids: { type: "array", maxItems: 20 }, all: { type: "boolean" } } };

function bound(where: Where | undefined): string {
  const found = rowBound(where, order, input);
  return found.type === "atMost" ? `at most ${String(found.rows)}` : found.type;
}

describe("the rows that a where can match", () => {
  it.each<[string, Where | undefined]>([
    ["nothing at all", undefined],
    ["no conditions", {}],
    ["a field without a comparison", { reference: {} }],
    ["the literal true", "true"],
    ["equal literals", "1 == 1"],
    ["arithmetic over literals", "1 + 1 == 2"],
    ["a field that equals itself", "this.id == this.id"],
    ["a field that is not below itself", "this.placedOn >= this.placedOn"],
    ["true or anything", "true || this.isGift"],
    ["anything or true", "this.isGift || true"],
    ["a condition or its opposite", "this.isGift || !this.isGift"],
    ["a comparison or its opposite", "this.placedOn < now || this.placedOn >= now"],
    ["an equality or its opposite, turned round", "this.reference == input.all || input.all != this.reference"],
    ["every value of an enum", 'this.source == "web" || this.source == "phone"'],
    ["every state", { status: { in: ["open", "paid", "done"] } }],
    ["a state that does not exist is excluded", 'this.status != "never"'],
    ["the field's own minimum", { lines: { gte: 0 } }],
    ["the field's own maximum", "this.lines <= 500"],
    ["two halves of the numbers", "this.lines < 5 || this.lines > 4"],
    ["a field that is never null", { reference: { ne: null } }],
    ["null or not null", "this.note == null || this.note != null"],
    ["has() of a field that is never null", "has(this.reference)"],
    ["deleted rows are hidden anyway", "this.deletedAt == null"],
    ["a conditional that ends in true", "this.isGift ? true : !this.isGift"],
    ["the currency that the field fixes", 'this.total.currency == "EUR"'],
    ["that currency in a list", 'this.total.currency in ["EUR", "USD"]'],
    ["made before a time to come", 'this.createdAt < now + duration("1h")'],
    ["a time to come is not before the change", 'duration("90m") + now >= this.updatedAt'],
    ["no remainder by one", "this.lines % 1 == 0"],
    ["a choice of which both values do", "(this.isGift ? 1 : 2) > 0"],
    ["the same turned round", '"" != (this.isGift ? "a" : "b")'],
    ["every text begins with the empty one", { reference: { gte: "" } }],
    ["every version", "this.version >= 1"],
    ["every row was made before now", "this.createdAt <= now"],
    ["now is after every change", "now > this.updatedAt"],
    ["no row was changed before it was made", "this.updatedAt >= this.createdAt"],
    ["no row was made after it was changed", "!(this.createdAt > this.updatedAt)"],
    ["a row that was made", "this.createdAt != null"],
    ["no size is below nought", "size(this.reference) >= 0"],
    ["no size is below nought, as a method", "this.reference.size() > -1"],
    ["every text starts with nothing", 'this.reference.startsWith("")'],
    ["every text ends with nothing", 'this.reference.endsWith("")'],
    ["every text holds nothing", 'this.reference.contains("")'],
    ["every text starts with nothing, by field", { reference: { startsWith: "" } }],
    ["every text matches anything", 'this.reference.matches(".*")'],
    ["nought added", "this.lines + 0 >= 0"],
    ["a field less itself", "this.lines - this.lines == 0"],
    ["a field times nought", "this.weight * 0 == 0"],
    ["both sides moved", "this.lines + 3 >= 3"],
    ["both sides turned", "-this.lines <= 0"],
    ["money that is never null", "this.total != null"],
    ["money that is never null, by field", { total: { ne: null } }],
    ["has() of money that is never null", "has(this.total)"],
    ["the minimum of money", 'this.total >= money(0, "EUR")'],
    ["the minimum of money, by field", { total: { gte: { amount: 0, currency: "EUR" } } }],
    ["the minimum of an amount", "this.total.amount >= 0"],
    ["up to a day or from it", "this.placedOn <= input.day || this.placedOn >= input.day"],
    [
      "before, after or on a day",
      "this.placedOn < input.day || this.placedOn > input.day || this.placedOn == input.day",
    ],
    ["the first day there is", 'this.placedOn >= "0001-01-01"'],
    ["itself in a list", "this.reference in [this.reference]"],
    ["a condition that is true", "(this.lines >= 0) == true"],
    ["the opposite of what never holds", "!(this.isGift && this.lines < 0)"],
    ["three conditions of which each holds", 'this.version > 0 && this.lines >= 0 && this.reference >= ""'],
    ["a constant list that is not empty", "this.isGift || [1, 2].exists(x, x == 2)"],
    ["constant arithmetic", "this.isGift || 7 % 2 == 1"],
    ["constant texts", 'this.isGift || "abc".upperAscii() == "ABC"'],
    ["constant days", 'this.isGift || date("2020-01-01") < date("2021-01-01")'],
    ["the first day as a constant", 'this.placedOn >= date("0001-01-01")'],
    ["a constant empty text", 'this.reference.startsWith(" ".trim())'],
    [
      "true behind more than can be tried",
      `${Array.from({ length: 9 }, (_, index) => `(this.lines == ${String(index * 7)} && this.weight > ${String(index)}.5)`).join(" || ")} || 1 == 1`,
    ],
  ])("are all of them for %s", (_, where) => {
    expect(bound(where)).toBe("all");
  });

  it("are all of them where the only comparison is left out when its value is null", () => {
    expect(bound({ id: { eq: "${input.id}", optional: true } })).toBe("all");
  });

  it.each<[string, Where]>([
    ["a caller's wish alone", "input.all"],
    ["a caller's wish and what always holds", "input.all && this.id == this.id"],
    ["the clock alone", 'now > instant("2030-01-01T00:00:00Z")'],
  ])("are all or none for %s", (_, where) => {
    expect(bound(where)).toBe("allOrNone");
  });

  it.each<[string, Where]>([
    ["a flag", "this.isGift"],
    ["two conditions together", "this.isGift && !this.isGift"],
    ["a gap between numbers", "this.lines < 5 || this.lines > 5"],
    ["a gap between fractions", "this.weight < 4.2 || this.weight > 4.7"],
    ["some of the states", { status: { in: ["open", "paid"] } }],
    ["an inner bound", { lines: { gte: 1 } }],
    ["a nullable field that is compared", 'this.note >= ""'],
    ["two fields", "this.reference == this.shop || this.isGift"],
    ["arithmetic over the row", "this.lines * 2 != 7 && this.isGift"],
    ["a gap between texts", 'this.reference >= "b" || this.reference <= ""'],
    ["a number that a sum excludes", "this.lines != 1 + 1"],
    ["a number that is negated", "this.weight != -3"],
    ["a decimal that is not nought", "this.price != 0"],
    ["a gap between durations, whose texts have none", 'this.held >= "10s" || this.held < "5s"'],
    ["a version", "this.version > 1"],
    ["rows that were changed since they were made", "this.updatedAt > this.createdAt"],
    ["a text that starts with something", { reference: { startsWith: "a" } }],
    ["a nullable text that starts with nothing", { note: { startsWith: "" } }],
    ["money that can be null", "this.tip != null"],
    ["money above nought", 'this.total > money(0, "EUR")'],
    ["a whole number between fractions", "this.lines < 3.5 || this.lines > 4.2"],
    ["a text that is not empty", "size(this.reference) > 0"],
    ["rows made in the last hour", 'this.createdAt > now - duration("1h")'],
    ["three conditions of which one chooses", "this.version > 0 && this.lines >= 0 && this.isGift"],
    ["a date after a constant day", 'this.placedOn > date("2020-01-01")'],
    ["a constant that is false", "this.isGift || 1 / 0 == 1 || 7 % 2 == 0"],
    ["a decimal above a constant", 'this.price > decimal("1.50")'],
    ["a date before now", "this.placedOn < now"],
    ["a caller's wish or a key", "input.all || this.id == input.id"],
    ["part of a unique key", { reference: { eq: "${input.reference}" } }],
    ["a unique key that can be null", { note: { eq: "${input.note}" } }],
    ["a key that is only one of two alternatives", "this.id == input.id || this.isGift"],
    ["a key compared with the row itself", "this.id == this.reference"],
  ])("are some of them for %s", (_, where) => {
    expect(bound(where)).toBe("some");
  });

  it.each<[string, Where, number]>([
    ["the key", { id: { eq: "${input.id}" } }, 1],
    ["the key in an expression, turned round", "input.id == this.id && this.isGift", 1],
    ["all fields of a unique key", { shop: { eq: "${input.shop}" }, reference: { eq: "${input.reference}" } }, 1],
    ["a written list of keys", { id: { in: ["a", "b", "c"] } }, 3],
    ["a list of keys that the input's schema bounds", { id: { in: "${input.ids}" } }, 20],
    ["the literal false", "false", 0],
  ])("are bounded by %s", (_, where, rows) => {
    expect(bound(where)).toBe(`at most ${String(rows)}`);
  });

  it("count as unproven where too many combinations would have to be tried", () => {
    const pairs = Array.from(
      { length: 9 },
      (_, index) => `(input.a${String(index)} == this.f${String(index)} || this.g)`,
    );
    const opposite = pairs.map((pair) => `!${pair}`);
    expect(bound([`(${pairs.join(" && ")})`, ...opposite].join(" || "))).toBe("unproven");
  });

  it("are found out in bounded time for a where with many alternatives", () => {
    const many = Array.from({ length: 60 }, (_, index) => `this.reference == input.r${String(index)}`).join(" || ");
    expect(bound(many)).toBe("some");
    expect(bound(`${many} || this.isGift == !this.isGift`)).toBe("some");
  });
});

describe("what looks like a condition that always holds", () => {
  it.each([
    'this.tip.currency == "EUR"',
    'this.total.currency == "USD"',
    'this.createdAt < now - duration("1h")',
    'this.createdAt < now + duration("-1h")',
    "this.lines % 2 == 0",
    "this.weight % 1 == 0",
    "(this.isGift ? 1 : 2) > 1",
  ])("bounds the rows: %s", (where) => {
    expect(bound(where)).toBe("some");
  });
});
