import { Command, InvalidArgumentError, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import type { DiffCommandOptions } from "./diff.ts";

export const diffCommand: DefineCommand = ({ console, finish }) =>
  new Command("diff")
    .description("compare two versions of a workspace, and name what breaks its callers")
    .argument("<sides...>", "OLD and NEW: a folder, a bundle file, or git:REV:PATH; one folder with --against")
    .option("--against <rev>", "compare the folder with itself at a revision of git, such as origin/main")
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml to both")
    .addOption(
      new Option("-f, --format <format>", "how to print").choices(["text", "json", "markdown"]).default("text"),
    )
    .addOption(
      new Option("--fail-on <level>", "the least level that makes the exit code 30")
        .choices(["breaking", "warning", "none"])
        .default("breaking"),
    )
    .addOption(
      new Option("--notice <days>", "how long before a first sunset date callers are to be told of it")
        .argParser(daysOf)
        .default(30),
    )
    .option("-q, --quiet", "leave out what is neither breaking nor a warning")
    .addHelpText("after", examples)
    .action(async (sides: readonly string[], options: DiffCommandOptions) => {
      const { diff } = await import("./diff.ts");
      finish(await diff(sides, options, console));
    });

function daysOf(text: string): number {
  const days = Number(text);
  if (/^\d{1,4}$/u.test(text)) return days;
  throw new InvalidArgumentError("It is a whole number of days, up to 9999.");
}

const examples = `
Examples:
  $ lintel diff specs --against origin/main     what this branch changes
  $ lintel diff git:v1.2.0:specs specs          since a release
  $ lintel diff deployed/bundle.json specs --format json
  $ lintel diff old new --fail-on warning       stricter; --fail-on none only prints

Exit codes: 0 nothing breaks, 30 something does (or warns, with --fail-on warning), 2 wrong usage or specs that do not
compile, 3 a side that is not there.`;
