import { describe, expect, it } from "vitest";
import { compileToSql, entityScope, newFuel, type Scope, sqlProblem, typeOfSchema } from "../../../specs/index.ts";
import { entities, reservation } from "./reservation-fixture.ts";

const scope: Scope = {
  names: {
    ...entityScope(reservation, entities).names,
    input: typeOfSchema({
      type: "object",
      required: ["name", "ids"],
      properties: {
        name: { type: "string" },
        maybe: { type: "string" },
        ids: { type: "array", items: { type: "integer" } },
      },
    }),
  },
};
const options = { entity: reservation, entities, alias: "r", scope };

function sqlOf(source: string): string {
  return compileToSql(source, options).text.reduce((all, part, index) => `${all}$${String(index)}${part}`);
}

describe("an expression as SQL", () => {
  it.each([
    ["this.name == input.name", '("r"."name" = $1::text)'],
    ["this.note == input.name", '("r"."note" IS NOT NULL AND "r"."note" = $1::text)'],
    ["this.note == input.maybe", '("r"."note" IS NOT DISTINCT FROM $1::text)'],
    ["this.note != input.name", '("r"."note" IS DISTINCT FROM $1::text)'],
    ["this.note == null", '("r"."note" IS NULL)'],
    ["this.startsOn >= '2026-01-01'", '("r"."starts_on" >= $1::date)'],
    ["this.nights in input.ids", '("r"."nights" = ANY($1::bigint[]))'],
    ["this.name < 'm'", '("r"."name" < $1::text COLLATE "C")'],
    ["this.total > money(5, 'EUR')", '("r"."total" > $1::bigint)'],
    ["this.name.startsWith(input.name + '%')", 'starts_with("r"."name", $1::text)'],
    ["this.paid && this.nights > 1", '("r"."paid" AND ("r"."nights" > $1::bigint))'],
    [
      "this.nights != 0 && 6 / this.nights > 1",
      '(CASE WHEN ("r"."nights" <> $1::bigint) THEN (($2::bigint / "r"."nights") > $3::bigint) ELSE false END)',
    ],
    [
      "this.customer.subject == input.name",
      '((SELECT "related_1"."subject" FROM "app"."customer" AS "related_1" WHERE "related_1"."id" = "r"."customer_id") = $1::text)',
    ],
    ["has(this.extra.a)", `(NULLIF("r"."extra" -> $1::text, 'null'::jsonb) IS NOT NULL)`],
    ["input.name == 'x'", "$1::boolean"],
  ])("%s", (source, text) => {
    expect(sqlOf(source)).toBe(text);
  });

  it("puts no value into its text", () => {
    const fragment = compileToSql(`this.name == "'; DROP TABLE x; --"`, options);
    expect(fragment.text.join("")).not.toContain("DROP");
    expect(fragment.parameters.map(({ evaluate }) => evaluate({}, newFuel()))).toEqual(["'; DROP TABLE x; --"]);
  });

  it("lets fields be named bare where no other scope is given", () => {
    const { text } = compileToSql('status != "cancelled"', { entity: reservation, entities, alias: "r" });
    expect(text).toEqual(['("r"."status" <> ', "::text)"]);
  });

  it("gives money as minor units and refuses another currency", () => {
    const [parameter] = compileToSql("this.total == money(5, 'EUR')", options).parameters;
    expect(parameter?.evaluate({}, newFuel())).toBe(5);
    expect(sqlProblem("this.total == money(5, 'USD')", options)).toMatchObject({ code: "currency-mismatch" });
  });

  it.each([
    ["this.name.matches('a')", 10],
    ["this.rate / 3 > 1", 10],
    ["[this.name].exists(n, n == 'a')", 12],
    ["old.nights == 1", 0],
    ["string(this.bookedAt) == ''", 12],
  ])("is refused where its answer could differ: %s", (source, offset) => {
    expect(sqlProblem(source, options)).toMatchObject({ code: "not-in-sql", offset });
  });
});
