import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import type { ExplainOptions } from "./explain.ts";

export const explainCommand: DefineCommand = ({ console, finish }) =>
  new Command("explain")
    .description("say what a rule or an error code means, why it matters and what to do")
    .argument("[id]", "rule, spec error, problem of the executor, or rule of lintel diff")
    .option("-l, --list", "list everything that can be explained")
    .addHelpText("after", examples)
    .action(async (id: string | undefined, options: ExplainOptions) => {
      const { explain } = await import("./explain.ts");
      finish(explain(id, options, console));
    });

const examples = `
Examples:
  $ lintel explain unbounded-update
  $ lintel explain version-conflict
  $ lintel explain --list`;
