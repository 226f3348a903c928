import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analyse, loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import { compileFolder } from "@lintel/specs";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../examples/reservations-red", import.meta.url));

/** `rule file:line` of every `# expect: rule` in the tools. */
async function expected(): Promise<readonly string[]> {
  const files = await readdir(join(folder, "tools"));
  const lists = await Promise.all(
    files.map(async (file) => {
      const lines = (await readFile(join(folder, "tools", file), "utf8")).split("\n");
      return lines.flatMap((line, index) => {
        const rule = /# expect: (\S+)$/.exec(line)?.[1];
        return rule === undefined ? [] : [`${rule} tools/${file}:${String(index + 1)}`];
      });
    }),
  );
  return lists.flat().sort();
}

describe("examples/reservations-red", () => {
  it("has the Red findings that it announces, at those lines, and one of each rule", async () => {
    await loadSqlParser();
    const { specs, diagnostics } = await compileFolder(folder);
    expect(diagnostics).toEqual([]);
    if (specs === undefined) return;
    const report = analyse(specs.bundle, specs.acknowledgements, new Date(), specs.sources);
    const red = report.tools.flatMap(({ findings }) => findings).filter(({ level }) => level === "red");
    const places = red.map(({ rule, file, line }) => `${rule} ${String(file)}:${String(line)}`).sort();
    expect(places).toEqual(await expected());
    const ids = rulesMetadata.filter(({ id, level }) => level === "red" && !id.startsWith("acknowledgement-"));
    expect(new Set(red.map(({ rule }) => rule))).toEqual(new Set(ids.map(({ id }) => id)));
    expect(report).toMatchObject({ level: "red", isBlocked: true });
  });
});
