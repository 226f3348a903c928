import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { ExportOptions } from "./export.ts";

export const exportCommand: DefineCommand = ({ console, finish }) =>
  new Command("export")
    .description("write what runs a workspace without Lintel: image context, SQL, compose file, infrastructure, README")
    .argument("[folder]", "folder with workspace.yaml", ".")
    .requiredOption("-o, --output <folder>", "folder to write, empty or not there")
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .addHelpText("after", examples)
    .action(async (folder: string, options: ExportOptions) => {
      const { exportWorkspace } = await import("./export.ts");
      finish(await onWorkspace(folder, console, (workspace) => exportWorkspace(workspace, options, console)));
    });

const examples = `
It holds names of secrets, never their values. Specs that do not compile, that are Red, or that hold a Yellow which nobody has
acknowledged, give no export.

Examples:
  $ lintel export specs -o leaving
  $ lintel export specs --environment production -o leaving    then follow leaving/README.md`;
