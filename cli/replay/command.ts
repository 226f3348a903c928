import { Command, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import type { ReplayCommandOptions } from "./replay.ts";

export const replayCommand: DefineCommand = ({ console, finish }) =>
  new Command("replay")
    .description("run a traced execution again, from its trace alone, and compare the answers")
    .argument("<execution>", "the execution's id, as Lintel-Execution, problem documents and the log have it")
    .option("--database <url>", "a connection URL of the executor's identity (default: LINTEL_DATABASE_URL)")
    .addOption(new Option("-f, --format <format>", "how to print it").choices(["text", "json"]).default("text"))
    .option("--values", "print the input and the answers too: they may hold personal values", false)
    .addHelpText("after", examples)
    .action(async (execution: string, options: ReplayCommandOptions) => {
      const { replayCommandLine } = await import("./replay.ts");
      finish(await replayCommandLine(execution, options, process.env, console));
    });

const examples = `
Reads the trace and the bundle that the execution ran under from the database, takes the same way through the flow, and calls, reads and
writes nothing. LINTEL_TRACE_KEY opens the trace. Executions with external effects or several commits leave a trace; with
LINTEL_TRACE=all in the executor's environment, all do. An erasure shreds the traces of its row.

Exit codes: 0 the same answer, 1 another answer or a step is missing, 2 it cannot be read, 3 there is no trace.

Examples:
  $ lintel replay 0b5c5c1e-53e2-8b0e-9a51-3f5a1f0c9a77 --database "$EXECUTOR_URL"
  $ lintel replay 0b5c5c1e-53e2-8b0e-9a51-3f5a1f0c9a77 --format json --values | jq .replayed`;
