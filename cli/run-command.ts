import { Command, CommanderError } from "commander";
import { commands } from "./commands.ts";
import { completeCommand } from "./completion/command.ts";
import type { Console } from "./console.ts";
import { exitCodes } from "./exit-codes.ts";
import { internalFailure } from "./internal-failure.ts";
import { UsageError } from "./usage-error.ts";
import { version } from "./version.ts";

/** Runs the `lintel` command; resolves to its exit code and never exits the process itself. */
export async function runCommand(args: readonly string[], console: Console): Promise<number> {
  let code: number = exitCodes.usage;
  const finish = (result: number) => {
    code = result;
  };
  const program = lintelProgram(console, finish);
  try {
    await program.parseAsync(withoutHelpOfNothing(args, program), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) return failed(error, console);
    return error.exitCode === 0 ? exitCodes.green : exitCodes.usage;
  }
  return code;
}

/** The program with every command: what is parsed, printed as help and completed. */
function lintelProgram(console: Console, finish: (code: number) => void): Command {
  const program = inheriting(new Command("lintel"), console)
    .description("Backends as specs, judged before they are deployed.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", examples);
  for (const define of commands) program.addCommand(inheriting(define({ console, finish }), console));
  program.addCommand(inheriting(completeCommand({ console, finish }), console), { hidden: true });
  return program;
}

/** `lintel help nope` is the same mistake as `lintel nope`: commander would print the help of everything. */
function withoutHelpOfNothing(args: readonly string[], program: Command): string[] {
  const [first, name] = args;
  const isNothing = first === "help" && name !== undefined && !name.startsWith("-") && !isCommand(name, program);
  return isNothing ? [name] : [...args];
}

function isCommand(wanted: string, program: Command): boolean {
  return wanted === "help" || program.commands.some((command) => command.name() === wanted);
}

const examples = `
Examples:
  $ lintel init shop                          a workspace that passes, in the folder shop
  $ lintel check                              judge every workspace below this folder
  $ lintel check specs --format sarif -o lintel.sarif
  $ lintel explain unbounded-update           what a rule finds, why it hurts and how to fix it

Exit codes: 0 green, 10 unacknowledged yellow, 20 red, 2 wrong usage or specs that do not compile,
3 nothing found, 70 lintel itself failed.`;

/** A command made apart from its program does not take the program's settings over: each is given them. */
function inheriting(command: Command, console: Console): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: console.out,
      writeErr: console.error,
      getOutHasColors: () => console.isTerminal,
      getErrHasColors: () => console.isTerminal,
    })
    .showHelpAfterError("(lintel --help says more)");
}

function failed(error: unknown, console: Console): number {
  console.progress?.("");
  if (error instanceof UsageError) {
    console.error(`lintel: ${error.message}\n`);
    return exitCodes.usage;
  }
  console.error(internalFailure(error));
  return exitCodes.internal;
}
