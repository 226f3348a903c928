#!/usr/bin/env node
// Decision: modules are imported after the compile cache is on; stripping types of the whole compiler costs more than its work.
import { enableCompileCache } from "node:module";

enableCompileCache();
const { runCommand } = await import("./run-command.ts");

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  now: () => new Date(),
});
