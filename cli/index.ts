export type { Console } from "./console.ts";
export { exitCodes } from "./exit-codes.ts";
export type { CheckedFinding, CheckedTool, CheckReport } from "./report/check-report.ts";
export { runCommand } from "./run-command.ts";
