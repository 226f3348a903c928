// The GitHub Action of action.yml. GitHub runs it as it stands in the repository: it imports nothing that must be installed.
import { runAction } from "./run-action.ts";

process.exitCode = await runAction(process.env, (line) => process.stdout.write(`${line}\n`));
