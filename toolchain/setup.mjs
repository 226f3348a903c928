import { prepare } from "./prepare.mjs";
import { showProgress } from "./progress.mjs";
import { runProcess } from "./run-process.mjs";
import { printError } from "./setup-error.mjs";

/** `npm run setup`: makes everything ready and says what is used. */
try {
  const { node, env } = await prepare("engine", showProgress());
  const pulumi = await runProcess("pulumi", ["version"], { env });
  process.stdout.write(`Node    ${(await runProcess(node, ["--version"])).stdout.trim()} ${node}\n`);
  process.stdout.write(`Pulumi  ${pulumi.stdout.trim()}\n`);
  process.stdout.write(`cache   ${String(env.LINTEL_CACHE)}\n`);
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
