import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { BundleOptions } from "./bundle.ts";

export const bundleCommand: DefineCommand = ({ console, finish }) =>
  new Command("bundle")
    .description("compile a spec folder to the canonical JSON that the executor serves")
    .argument("[folder]", "folder with workspace.yaml", ".")
    .option("-o, --output <file>", "write it to a file, and its digest to the terminal")
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .addHelpText("after", examples)
    .action(async (folder: string, options: BundleOptions) => {
      const { bundle } = await import("./bundle.ts");
      finish(await onWorkspace(folder, console, (workspace) => bundle(workspace, options, console)));
    });

const examples = `
The same specs give the same bytes. Specs that do not compile, that are Red, or that hold a Yellow which nobody has
acknowledged, give none.

Examples:
  $ lintel bundle specs -o bundle.json
  $ lintel bundle specs --environment staging | jq -r .digest`;
