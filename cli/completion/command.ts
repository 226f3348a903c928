import { Argument, Command } from "commander";
import type { DefineCommand } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { completionScripts, type Shell } from "./scripts.ts";

const shells = Object.keys(completionScripts);

export const completionCommand: DefineCommand = ({ console, finish }) =>
  new Command("completion")
    .description("print a script that completes lintel in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(shells))
    .addHelpText("after", examples)
    .action((shell: Shell) => {
      console.out(completionScripts[shell]);
      finish(exitCodes.green);
    });

/** What the scripts call: the words after `lintel`, the last of them being typed. Not shown in the help. */
export const completeCommand: DefineCommand = ({ console, finish }) =>
  new Command("complete")
    .argument("[words...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: readonly string[], _options: object, command: Command) => {
      const { completions } = await import("./completions.ts");
      const found = command.parent === null ? [] : await completions(command.parent, words);
      console.out(found.map(({ value, description }) => `${value}\t${description}\n`).join(""));
      finish(exitCodes.green);
    });

const examples = `
Examples:
  $ echo 'source <(lintel completion bash)' >> ~/.bashrc
  $ lintel completion zsh > "\${fpath[1]}/_lintel"
  $ lintel completion fish > ~/.config/fish/completions/lintel.fish`;
