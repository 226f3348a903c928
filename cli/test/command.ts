import { Command, InvalidArgumentError, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { TestOptions } from "./test.ts";

/** `lintel test`: the users' own tests of their business rules. */
export const testCommand: DefineCommand = ({ console, finish }) =>
  new Command("test")
    .description("run the scenarios of a spec folder against the real executor on a real PostgreSQL")
    .argument("[folder]", "folder with workspace.yaml", ".")
    .addOption(
      new Option("-f, --format <format>", "how to print").choices(["text", "json", "junit", "github"]).default("text"),
    )
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .option("--filter <text>", "run only scenarios whose name holds this text")
    .option(
      "--database-url <url>",
      "use this PostgreSQL (a role that may create databases and roles); LINTEL_TEST_DATABASE_URL too",
    )
    .option("--workers <number>", "scenarios at the same time; the number of cores by default", wholeNumber)
    .option("--generate", "draw calls from the specs and look for a state that breaks what they promise")
    .option("--runs <number>", "with --generate: sequences of calls that are tried, 100 by default", wholeNumber)
    .option("--seed <number>", "with --generate: the seed that an earlier run printed", wholeNumber)
    .option("--time <duration>", "with --generate: how long at most, such as 60s")
    .addHelpText("after", examples)
    .action(async (folder: string, options: TestOptions) => {
      const { test } = await import("./test.ts");
      finish(await onWorkspace(folder, console, (workspace) => test(workspace, options, console)));
    });

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It must be a whole number.");
}

const examples = `
Examples:
  $ lintel test specs
  $ lintel test specs --filter booking --format junit > tests.xml
  $ lintel test specs --generate --time 60s

Exit codes: 0 all pass, 1 something failed, 2 wrong usage or specs that do not compile, 3 no scenario.`;
