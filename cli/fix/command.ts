import { Command, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { FixCommandOptions } from "./fix.ts";

export const fixCommand: DefineCommand = ({ console, finish }) =>
  new Command("fix")
    .description("repair findings in the spec files, each fix verified before it is kept")
    .argument("[folder]", "folder with workspace.yaml", ".")
    .option("--dry-run", "print a unified diff and write nothing")
    .option("--unsafe", "also fixes that decide something in your place; read the diff")
    .option("--rule <id>", "only findings of this rule")
    .option("--tool <name>", "only findings of this tool")
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .addHelpText("after", examples)
    .action(async (folder: string, options: FixCommandOptions) => {
      const { fix } = await import("./fix.ts");
      finish(await onWorkspace(folder, console, (workspace) => fix(workspace, options, console)));
    });

const examples = `
Examples:
  $ lintel fix specs --dry-run                      what would be changed
  $ lintel fix specs                                what changes nothing that goes well today
  $ lintel fix specs --unsafe --rule hard-delete    and what does, one rule at a time
  $ lintel fix specs --dry-run --format json        the edits, for an editor

The exit code is of what is left: 0 green, 10 yellow, 20 red.`;
