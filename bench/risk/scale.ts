// How the time of a verdict grows with the number of tools: tools/s, and time per tool as a ratio to that at 100 tools.
//   node bench/risk/scale.ts [ROUNDS]     the best of ROUNDS passes counts; 5 by default
import { analyse, loadSqlParser } from "@lintel/policypack/risk";
import { assembleBundle, type Bundle, compileFiles, type Tool } from "@lintel/specs";
import { stringify } from "yaml";
import { bases } from "./mutations/bases.ts";

const sizes = [10, 100, 1000, 10_000];
const rounds = Number(process.argv[2] ?? 5);
await loadSqlParser();

const specs = compiled();
// Warm before anything is measured, so that the first size does not pay for compiling the engine.
for (let round = 0; round < 20; round += 1) judge(bundleOf(100));

const measured = sizes.map((size) => ({ size, perTool: best(bundleOf(size)) / size }));
const atHundred = measured.find(({ size }) => size === 100)?.perTool ?? Number.NaN;
console.table(
  measured.map(({ size, perTool }) => ({
    tools: size,
    "tools/s": Math.round(1000 / perTool),
    "ms per tool": perTool.toFixed(4),
    "ratio to 100": (perTool / atHundred).toFixed(2),
  })),
);

/** Green tools of the fixtures and drawn ones, over the fixture workspace. */
function compiled(): Bundle {
  const greens = bases(40).filter(({ around }) => around.provider === "courier" && around.stranger !== undefined);
  const [first] = greens;
  const files = greens.map(({ tool }, index) => ({
    path: `tools/tool-${index}.yaml`,
    text: stringify({ ...tool, name: `tool-${index}`, trigger: { http: { method: "POST", path: `/tool-${index}` } } }),
  }));
  const { specs: found, diagnostics } = compileFiles([...(first?.workspace ?? []), ...files]);
  if (found === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return found.bundle;
}

/** A workspace of that many tools, the compiled ones over and over under names of their own, and an entity for every ten. */
function bundleOf(size: number): Bundle {
  const tools = Array.from({ length: size }, (_, index): Tool => {
    const tool = specs.tools[index % specs.tools.length];
    if (tool === undefined) throw new Error("there are no tools");
    return { ...tool, name: `${tool.name}-${index}` };
  });
  const idle = specs.entities.filter(({ relationships }) => relationships.length === 0);
  const others = Array.from({ length: size / 10 }, (_, index) =>
    idle.map((entity) => ({ ...entity, name: `${entity.name}${index}`, table: `${entity.table}_${index}` })),
  );
  return assembleBundle({ ...specs, tools, entities: [...specs.entities, ...others.flat()] });
}

function judge(bundle: Bundle): void {
  const { level } = analyse(bundle, [], "2026-01-01T00:00:00Z");
  if (level !== "green") throw new Error(`the tools are ${level}`);
}

/** Milliseconds of processor time of the quickest pass: whatever else the machine does is not counted. */
function best(bundle: Bundle): number {
  // The clock of the processor is coarse: small workspaces are judged many times.
  const passes = Math.ceil(1000 / bundle.tools.length);
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    for (let pass = 0; pass < passes; pass += 1) judge(bundle);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / passes;
  });
  return Math.min(...times);
}
