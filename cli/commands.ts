// The table of contents of the command: one line per subcommand, in the order of `lintel --help`.
import { checkCommand } from "./check/command.ts";
import type { DefineCommand } from "./command.ts";
import { initCommand } from "./init/command.ts";

export const commands: readonly DefineCommand[] = [initCommand, checkCommand];
