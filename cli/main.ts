#!/usr/bin/env node
// Decision: modules are imported after the compile cache is on; stripping types of the whole compiler costs more than its work.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runCommand } = await import("./run-command.ts");
const { exitCodes } = await import("./exit-codes.ts");
const { internalFailure } = await import("./internal-failure.ts");
const { hasColour, progressLine } = await import("./terminal.ts");

// A reader that has seen enough (`lintel check | head`) is no failure, and takes nothing from the exit code.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`lintel: standard output cannot be written: ${error.message}\n`);
  process.exit(exitCodes.usage);
});

// What fails beside the command's own promise must not end as some exit code of a verdict either.
process.on("uncaughtException", (error) => {
  process.stderr.write(internalFailure(error));
  process.exit(exitCodes.internal);
});

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  isTerminal: hasColour(process.env, process.stdout.isTTY),
  now: () => new Date(),
  ...(process.stderr.isTTY
    ? { progress: progressLine((text) => process.stderr.write(text), process.stderr.columns) }
    : {}),
});
