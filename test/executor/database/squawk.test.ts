import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MigrationPlan, type MigrationStep, planMigration } from "../../../executor/index.ts";
import { findSquawk } from "../../../toolchain/find-squawk.mjs";
import { first, never, second, withReservation, withRoom } from "./begin-migration.ts";
import { bookRoom, bundleOf, customer, field, reservation, room, tool, transaction, write } from "./hotel.ts";
import { releases } from "./random-releases.ts";

const squawk = await findSquawk();
const title = squawk.isAvailable ? "squawk" : `squawk is not to be had here: ${squawk.reason}`;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lintel-squawk-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What squawk warns of and is meant: it knows neither of the two listed releases nor of the acknowledgement. */
const meant: Readonly<Record<string, (step: MigrationStep) => boolean>> = {
  // Neither listed release uses it, and an acknowledgement names it.
  "ban-drop-column": ({ isDestructive, rewritesTable }) => isDestructive || rewritesTable,
  "ban-drop-table": ({ isDestructive }) => isDestructive,
  // The release that cannot do without the value does not write through this column any more.
  "ban-drop-not-null": ({ phase, sql }) => phase === "expand" && sql.endsWith(" DROP NOT NULL"),
  // The new release's rules hold while both serve; what replaces a constraint comes in the same transaction.
  "ban-drop-constraint": ({ phase, sql }) => phase !== "contract" && sql.includes(" DROP CONSTRAINT IF EXISTS "),
  // A view keeps the old name for the old release.
  "renaming-table": ({ phase, sql }) => phase === "expand" && sql.includes(" RENAME TO "),
  // From numeric to a wider numeric of the same scale PostgreSQL changes the catalogue only.
  "changing-column-type": ({ sql }) => / TYPE numeric\(\d+, \d+\)$/u.test(sql),
  // Computed columns and exclusions: one rewrite under a time limit, or an accepted lock.
  "adding-field-with-default": ({ rewritesTable }) => rewritesTable,
  "constraint-missing-not-valid": ({ rewritesTable }) => rewritesTable,
  "adding-required-field": ({ rewritesTable }) => rewritesTable,
  // Alone and repeatable: proving again what is proved changes nothing.
  "prefer-robust-stmts": ({ rewritesTable, sql }) =>
    rewritesTable || / (?:VALIDATE CONSTRAINT "[^"]+"|ALTER COLUMN "[^"]+" SET NOT NULL)$/u.test(sql),
  // Functions of triggers, which nobody calls by name.
  "ban-drop-function": ({ sql }) => sql.startsWith('DROP FUNCTION IF EXISTS "lintel".'),
  // Constraints and indexes are named after their table.
  "renaming-object": ({ phase, sql }) => phase === "expand" && sql.includes(" RENAME "),
  // The trigger that keeps both names in step gives it.
  "ban-drop-default": ({ phase, sql }) => phase === "expand" && sql.endsWith(" DROP DEFAULT"),
};

interface Warning {
  readonly rule_name: string;
  readonly line: number;
  readonly message: string;
}

/** The plan as the job runs it, one statement a line, and what squawk says of which step. */
async function lint(
  plan: MigrationPlan,
): Promise<readonly (readonly [rule: string, step: MigrationStep | undefined])[]> {
  const lines: (readonly [string, MigrationStep | undefined])[] = [
    ["SET lock_timeout = '2s'", undefined],
    ["SET statement_timeout = '10s'", undefined],
    ["BEGIN", undefined],
    ...plan.steps.filter(({ transactional }) => transactional).map((step) => [step.sql, step] as const),
    ["COMMIT", undefined],
    ...plan.steps.filter(({ transactional }) => !transactional).map((step) => [step.sql, step] as const),
  ];
  const file = join(folder, "plan.sql");
  await writeFile(file, lines.map(([sql]) => `${sql.replaceAll("\n", " ")};`).join("\n"));
  const warnings = await run(file);
  return warnings.map((warning) => [`${warning.rule_name}: ${warning.message}`, lines[warning.line]?.[1]] as const);
}

function run(file: string): Promise<readonly Warning[]> {
  const path = squawk.isAvailable ? squawk.path : "";
  return new Promise((resolve, reject) => {
    execFile(
      path,
      ["--pg-version", "15.0", "--reporter", "json", file],
      { maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        // It ends with 1 when it warns of something.
        if (error !== null && stdout === "") reject(new Error(stderr));
        else resolve(JSON.parse(stdout) as Warning[]);
      },
    );
  });
}

async function unmeant(plan: MigrationPlan): Promise<readonly string[]> {
  const warnings = await lint(plan);
  return warnings.flatMap(([warning, step]) => {
    const [rule = ""] = warning.split(":");
    return step !== undefined && meant[rule]?.(step) === true ? [] : [`${warning} ${step?.sql ?? ""}`];
  });
}

const word = { reason: "unused", by: "a reviewer", expires: "2999-12-31" };
const others = room.fields.filter(({ name }) => name !== "beds");
const plans: Readonly<Record<string, MigrationPlan>> = {
  "a new database": planMigration(undefined, first),
  "new fields, rules and indexes": planMigration(first, second),
  "a renamed field": planMigration(
    first,
    withRoom({ fields: [...others, field("places", "integer", { renamedFrom: "beds" })] }),
  ),
  "a renamed entity": planMigration(
    first,
    JSON.parse(
      JSON.stringify(bundleOf([bookRoom], [customer, reservation, { ...room, name: "Chamber", table: "chamber" }]))
        .replaceAll('"Room"', '"Chamber"')
        .replace('"name":"Chamber"', '"name":"Chamber","renamedFrom":"Room"'),
    ) as typeof first,
  ),
  "another exclusion": planMigration(
    first,
    withReservation({ exclude: reservation.exclude.map(({ where: _, ...one }) => one) }),
  ),
  "a wider decimal": planMigration(
    withRoom({ fields: [...room.fields, field("size", "decimal", { precision: 5, scale: 2, default: "1" })] }),
    withRoom({ fields: [...room.fields, field("size", "decimal", { precision: 9, scale: 2, default: "1" })] }),
  ),
  "what is dropped": planMigration(bundleOf([], [customer]), bundleOf([], [customer]), {
    acknowledgements: [
      { action: "drop", entity: "Room", ...word },
      { action: "drop", entity: "Customer", field: "phone", ...word },
    ],
  }),
  "the first erasure": planMigration(
    first,
    bundleOf([bookRoom, tool("forget", [transaction("t", [write("done", "Customer", "erase", { where: "true" })])])]),
  ),
  "the way back": planMigration(second, first, { isReturn: true }),
};

describe.skipIf(!squawk.isAvailable)(title, () => {
  test.each(Object.entries(plans))("passes every statement of %s", async (_, plan) => {
    expect(plan.refusals).toEqual([]);
    expect(plan.steps).not.toEqual([]);
    expect(await unmeant(plan)).toEqual([]);
  });

  test("passes every statement of random releases", async () => {
    const pairs = fc.sample(releases, { numRuns: 60, seed: 4 });
    const steps = pairs.flatMap(({ old, next }) => planMigration(old, next).steps);
    expect(steps.length).toBeGreaterThan(200);
    expect(await unmeant({ ...(plans["a new database"] ?? never()), steps })).toEqual([]);
  });

  test("finds what a careless migration would hold", async () => {
    const [step = never()] = planMigration(undefined, first).steps;
    const sql = `CREATE INDEX "careless" ON "app"."room" ("beds")`;
    const careless = { ...step, sql, transactional: false, phase: "validate" } as const;
    expect(await unmeant({ ...(plans["a new database"] ?? never()), steps: [careless] })).toContainEqual(
      expect.stringContaining("require-concurrent-index-creation") as string,
    );
  });
});
