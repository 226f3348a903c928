import { Command, InvalidArgumentError } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { DevOptions } from "./dev.ts";

/** `lintel dev`: the specs as a live API on this machine, as they are edited. */
export const devCommand: DefineCommand = ({ console, finish }) =>
  new Command("dev")
    .description("serve a spec folder on loopback, and again whenever it changes")
    .argument("[folder]", "folder with workspace.yaml", ".")
    .option("-p, --port <number>", "where to listen; 0 for any free port", portNumber, 8080)
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .option("--data <folder>", "where the database is kept; .lintel/dev by default")
    .option("--database-url <url>", "use this PostgreSQL instead, for as long as the command runs")
    .addHelpText("after", examples)
    .action(async (folder: string, options: DevOptions) => {
      const { dev } = await import("./dev.ts");
      finish(await onWorkspace(folder, console, (workspace) => dev(workspace, options, console)));
    });

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a number from 0 to 65535.");
}

const examples = `
Examples:
  $ lintel dev specs
  $ curl -s 'http://127.0.0.1:8080/_dev/token?role=agent&sub=anna'     a token of the local issuer

Providers have stand-ins that answer 200 and print what they were asked. Ctrl-C ends everything; the data stay.`;
