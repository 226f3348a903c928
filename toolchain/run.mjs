import { spawn } from "node:child_process";
import { constants } from "node:os";
import { checkout, prepare } from "./prepare.mjs";
import { showProgress } from "./progress.mjs";
import { printError } from "./setup-error.mjs";

/**
 * `node toolchain/run.mjs [--parts=node|modules|engine] SCRIPT [ARGUMENT...]`: makes ready what the script needs
 * (by default everything) and runs it under a fitting Node. Works from Node 20 and without node_modules.
 */
const parts = /** @type {readonly import("./prepare.mjs").Part[]} */ (["node", "modules", "engine"]);

/**
 * @param {readonly string[]} args
 */
function parse(args) {
  const [first = "", ...rest] = args;
  const wanted = first.startsWith("--parts=") ? first.slice("--parts=".length) : undefined;
  const upTo = wanted === undefined ? "engine" : parts.find((part) => part === wanted);
  const command = wanted === undefined ? args : rest;
  if (!upTo || command.length === 0) {
    process.stderr.write("usage: node toolchain/run.mjs [--parts=node|modules|engine] SCRIPT [ARGUMENT...]\n");
    process.exit(2);
  }
  return { upTo, command };
}

/**
 * @param {import("./prepare.mjs").Prepared} prepared
 * @param {readonly string[]} command
 */
function run({ node, env }, command) {
  const child = spawn(node, command, { cwd: checkout, env, stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well: stay until it has cleaned up. Other senders mean only this process.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
  child.on("error", (error) => {
    printError(error);
    process.exit(1);
  });
}

const { upTo, command } = parse(process.argv.slice(2));
try {
  run(await prepare(upTo, showProgress()), command);
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
