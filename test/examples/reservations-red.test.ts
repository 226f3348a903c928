import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { analyse, loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import { compileFolder } from "@lintel/specs";
import { beforeAll, expect, test } from "vitest";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
const now = "2026-11-21T12:00:00.000Z";

beforeAll(loadSqlParser);

/** Rules about tools; those about acknowledgements look at a file that both examples share. */
const redRules = rulesMetadata
  .filter(({ id, level }) => level === "red" && !id.startsWith("acknowledgement-"))
  .map(({ id }) => id)
  .sort();

function files(example: string): readonly string[] {
  const entries = readdirSync(`${examples}${example}`, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`);
  return paths.map((path) => path.slice(examples.length + example.length + 1)).sort();
}

test("the Red example is the Green one and a tool more for each Red rule", () => {
  // Scenarios are for what can run.
  const isShared = (file: string): boolean => file !== "workspace.yaml" && !file.startsWith("scenarios/");
  const shared = files("reservations").filter(isShared);
  for (const file of shared) {
    const [green, red] = ["reservations", "reservations-red"].map((example) =>
      readFileSync(`${examples}${example}/${file}`, "utf8"),
    );
    expect(red, file).toBe(green);
  }
  const more = files("reservations-red").filter((file) => !files("reservations").includes(file));
  expect(more).toHaveLength(redRules.length);
});

test("the Green example deploys with one acknowledged Yellow; the Red one has one finding of each Red rule", async () => {
  const reports = await Promise.all(
    ["reservations", "reservations-red"].map(async (example) => {
      const { specs, diagnostics } = await compileFolder(`${examples}${example}`);
      expect(diagnostics).toEqual([]);
      if (specs === undefined) throw new Error(example);
      const { tools, isBlocked } = analyse(specs.bundle, specs.acknowledgements, now, specs.sources);
      return { isBlocked, findings: tools.flatMap(({ findings }) => findings) };
    }),
  );
  const [green, red] = reports;
  expect(green?.isBlocked).toBe(false);
  expect(green?.findings).toMatchObject([{ level: "yellow", acknowledged: { tool: "check-out" } }]);
  expect(red?.isBlocked).toBe(true);
  const found = red?.findings.filter(({ level }) => level === "red").map(({ rule }) => rule);
  expect(found?.sort()).toEqual(redRules);
});
