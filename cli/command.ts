import type { Command } from "commander";
import type { Console } from "./console.ts";

/** What a command gets from the program around it. */
export interface CommandEdge {
  readonly console: Console;
  /** Sets the exit code of the process; a command never exits by itself. */
  readonly finish: (code: number) => void;
}

/** Describes one command; what it runs is imported by its action, so that `lintel check` does not load a server. */
export type DefineCommand = (edge: CommandEdge) => Command;
