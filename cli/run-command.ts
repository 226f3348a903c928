import { Command, CommanderError } from "commander";
import { commands } from "./commands.ts";
import type { Console } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";

/** Runs the `lintel` command; resolves to its exit code and never exits the process itself. */
export async function runCommand(args: readonly string[], console: Console): Promise<number> {
  let code: number = exitCodes.usage;
  const finish = (result: number) => {
    code = result;
  };
  const program = inheriting(
    new Command("lintel").description("Backends as specs, judged before they are deployed."),
    console,
  );
  for (const define of commands) program.addCommand(inheriting(define({ console, finish }), console));
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.code === "commander.helpDisplayed" || error.code === "commander.help";
    return isHelp && error.exitCode === 0 ? exitCodes.green : exitCodes.usage;
  }
  return code;
}

/** A command made apart from its program does not take the program's settings over: each is given them. */
function inheriting(command: Command, console: Console): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut: console.out, writeErr: console.error })
    .showHelpAfterError("(lintel --help says more)");
}
