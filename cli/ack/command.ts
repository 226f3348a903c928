import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { AckOptions } from "./ack.ts";

export const ackCommand: DefineCommand = ({ console, finish }) =>
  new Command("ack")
    .description("accept one Yellow finding in acknowledgements.yaml, until a date")
    .argument("<tool>", "name of the tool")
    .argument("<rule>", "id of the rule, as lintel check prints it")
    .requiredOption("--reason <text>", "why the risk is acceptable")
    .requiredOption("--by <who>", "who accepts it")
    .requiredOption("--expires <date>", "last day on which it holds, YYYY-MM-DD")
    .option("--node <id>", "the node, where the rule finds several")
    .option("--fingerprint <hex>", "the finding's fingerprint, where one node has several of the rule")
    .option("--folder <folder>", "folder with workspace.yaml", ".")
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .option("--dry-run", "show what would be written and write nothing")
    .addHelpText("after", examples)
    .action(async (tool: string, rule: string, options: AckOptions) => {
      const { ack } = await import("./ack.ts");
      finish(await onWorkspace(options.folder, console, (folder) => ack(tool, rule, { ...options, folder }, console)));
    });

const examples = `
Examples:
  $ lintel ack check-out external-call-in-transition --node clean \\
      --reason "Housekeeping walks the floors every evening." --by lena@example.com --expires 2027-10-31
  $ lintel ack check-out external-call-in-transition --folder specs ...    renews an expired one

A Red finding cannot be acknowledged.`;
