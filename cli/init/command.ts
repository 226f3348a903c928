import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import type { InitOptions } from "./init.ts";

export const initCommand: DefineCommand = ({ console, finish }) =>
  new Command("init")
    .description("write a workspace that passes, with scenarios, CI and a Pulumi program")
    .argument("[folder]", "where to; made where it is not there", ".")
    .option("-n, --name <name>", "name of the workspace; the folder's by default")
    .option("--owner <owner>", "who reviews accepted risk, for CODEOWNERS", "@your-organization/risk-reviewers")
    .option("--schemas", "only renew the schemas for editors, after an update of lintel")
    .addHelpText("after", examples)
    .action(async (folder: string, options: InitOptions) => {
      const { init } = await import("./init.ts");
      finish(await init(folder, options, console));
    });

const examples = `
Nothing is ever overwritten: where a file is in the way, nothing is written.

Examples:
  $ lintel init shop && lintel check shop
  $ lintel init . --name shop --owner @acme/platform
  $ lintel init shop --schemas`;
