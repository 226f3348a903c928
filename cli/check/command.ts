import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import { reportOptions } from "../report/option.ts";
import type { CheckOptions } from "./check.ts";

export const checkCommand: DefineCommand = ({ console, finish }) => {
  const command = new Command("check")
    .description("compile spec folders and judge their risk")
    .argument("[folders...]", "folders with a workspace.yaml in them or below them", ["."])
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .addHelpText("after", examples)
    .action(async (folders: readonly string[], options: CheckOptions) => {
      const { check } = await import("./check.ts");
      finish(await check(folders, options, console));
    });
  for (const option of reportOptions()) command.addOption(option);
  return command;
};

const examples = `
Examples:
  $ lintel check                                every workspace below this folder
  $ lintel check specs --environment staging
  $ lintel check specs --format json | jq .level
  $ lintel check specs --format sarif --output lintel.sarif    for code scanning
  $ lintel check specs --format github          annotations on a pull request`;
