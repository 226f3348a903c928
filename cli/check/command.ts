import { Command, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import type { CheckOptions } from "./check.ts";

export const checkCommand: DefineCommand = ({ console, finish }) =>
  new Command("check")
    .description("compile a spec folder and judge its risk")
    .argument("<folder>", "folder with workspace.yaml")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--environment <name>", "apply the values of an environment of workspace.yaml")
    .action(async (folder: string, options: CheckOptions) => {
      const { check } = await import("./check.ts");
      finish(await check(folder, options, console));
    });
