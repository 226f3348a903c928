export type { CheckedFinding, CheckedTool, CheckReport } from "./check/check-report.ts";
export type { Console } from "./console.ts";
export { exitCodes } from "./exit-codes.ts";
export { runCommand } from "./run-command.ts";
