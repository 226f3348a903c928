// The table of contents of the command: one line per subcommand, in the order of `lintel --help`.
import { ackCommand } from "./ack/command.ts";
import { auditCommand } from "./audit/command.ts";
import { bundleCommand } from "./bundle/command.ts";
import { checkCommand } from "./check/command.ts";
import type { DefineCommand } from "./command.ts";
import { completionCommand } from "./completion/command.ts";
import { devCommand } from "./dev/command.ts";
import { diffCommand } from "./diff/command.ts";
import { docsCommand } from "./docs/command.ts";
import { explainCommand } from "./explain/command.ts";
import { exportCommand } from "./export/command.ts";
import { fixCommand } from "./fix/command.ts";
import { initCommand } from "./init/command.ts";
import { previewCommand } from "./preview/command.ts";
import { replayCommand } from "./replay/command.ts";
import { testCommand } from "./test/command.ts";

export const commands: readonly DefineCommand[] = [
  initCommand,
  checkCommand,
  diffCommand,
  docsCommand,
  previewCommand,
  testCommand,
  devCommand,
  fixCommand,
  ackCommand,
  explainCommand,
  bundleCommand,
  exportCommand,
  auditCommand,
  replayCommand,
  completionCommand,
];
