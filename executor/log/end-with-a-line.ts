import type { Logger } from "pino";

/** What nobody awaits ends the process, in one line of the log: node's own report quotes rows and answers. */
export function endWithALine(log: Logger): void {
  process.on("uncaughtException", (error: unknown) => {
    log.fatal({ error }, "something unforeseen ends the process");
    process.exit(1);
  });
}
