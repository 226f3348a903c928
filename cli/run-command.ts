import { Command, CommanderError, Option } from "commander";
import { type CheckOptions, check } from "./check/check.ts";
import type { Console } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";

/** Runs the `lintel` command; resolves to its exit code and never exits the process itself. */
export async function runCommand(args: readonly string[], console: Console): Promise<number> {
  let code: number = exitCodes.usage;
  const program = new Command("lintel")
    .description("Backends as specs, judged before they are deployed.")
    .exitOverride()
    .configureOutput({ writeOut: console.out, writeErr: console.error })
    .showHelpAfterError("(lintel --help says more)");
  program
    .command("check")
    .description("compile a spec folder and judge its risk")
    .argument("<folder>", "folder with workspace.yaml")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--environment <name>", "apply the values of an environment of workspace.yaml")
    .action(async (folder: string, options: CheckOptions) => {
      code = await check(folder, options, console);
    });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.code === "commander.helpDisplayed" || error.code === "commander.help";
    return isHelp && error.exitCode === 0 ? exitCodes.green : exitCodes.usage;
  }
  return code;
}
