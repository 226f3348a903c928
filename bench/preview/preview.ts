// What the pack adds to `pulumi preview`, against a pack of one empty policy that is built and booted in the same way, in turn.
// `node toolchain/run.mjs bench/preview/preview.ts [TOOLS [ROUNDS]]`; goal (DESIGN.md section 10): 1.1x at 10 and at 1,000 tools.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createPolicyProject,
  type PolicyProject,
  type Registered,
  resourcesOf,
} from "../../test/e2e/policypack-project.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const counts = (process.argv[2] ?? "10,1000").split(",").map(Number);
const rounds = Number(process.argv[3] ?? "5");

/** Green tools, alike but for their names and paths. */
async function resourcesFor(project: PolicyProject, count: number): Promise<readonly Registered[]> {
  const text = await readFile(join(checkout, "policypack/risk/rules/hard-delete/good.yaml"), "utf8");
  const files = Array.from({ length: count }, (_, index) => {
    const name = `tool-${String(index)}`;
    const own = text.replace(/^name: .*$/m, `name: ${name}`).replace(/path: "?[^\s"},]+"?/, `path: "/${name}/{id}"`);
    return [`tools/${name}.yaml`, own] as const;
  });
  return resourcesOf(await project.specs(Object.fromEntries(files)));
}

async function seconds(project: PolicyProject, resources: readonly Registered[], pack: string): Promise<number> {
  const started = performance.now();
  const { code, output } = await project.run(resources, ["preview"], {}, pack);
  if (code !== 0) throw new Error(output.slice(0, 4000));
  return (performance.now() - started) / 1000;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

async function compare(project: PolicyProject, count: number, empty: string): Promise<string> {
  const resources = await resourcesFor(project, count);
  const taken: { readonly ours: number; readonly theirs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const theirs = await seconds(project, resources, empty);
    taken.push({ theirs, ours: await seconds(project, resources, project.pack) });
  }
  const ratio = median(taken.map(({ ours, theirs }) => ours / theirs));
  const [ours, theirs] = [median(taken.map((each) => each.ours)), median(taken.map((each) => each.theirs))];
  return `${String(count).padStart(5)} tools: ${ratio.toFixed(2)}x  (${ours.toFixed(1)} s with the pack, ${theirs.toFixed(1)} s with an empty one)`;
}

const project = await createPolicyProject();
try {
  const empty = join(dirname(project.pack), "empty-pack");
  const main = fileURLToPath(new URL("empty-pack.ts", import.meta.url));
  execFileSync(process.execPath, [join(checkout, "policypack/build.ts"), empty, main]);
  for (const count of counts) process.stdout.write(`${await compare(project, count, empty)}\n`);
} finally {
  await project.remove();
}
