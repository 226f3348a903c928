import { resolve } from "node:path";
import { analyse, loadSqlParser, needsSqlParser, type RiskReport } from "@lintel/policypack/risk";
import { type CompiledSpecs, compileFolder } from "@lintel/specs";
import { checkReport, failedReport } from "../report/check-report.ts";
import type { CheckedFolder } from "../report/checked-folder.ts";
import { framesOf } from "../report/frames.ts";

/** Compiles and judges one spec folder; what does not compile is in the report's errors. */
export async function checkFolder(folder: string, environment: string | undefined, now: Date): Promise<CheckedFolder> {
  const { specs, diagnostics } = await compileFolder(folder, { environment });
  const report = specs === undefined ? failedReport(diagnostics) : checkReport(await judge(specs, now));
  return { folder, root: resolve(folder), report, frameOf: await framesOf(folder, report) };
}

/** The verdict on compiled specs; loads PostgreSQL's parser where they hold SQL. */
export async function judge({ bundle, acknowledgements, sources }: CompiledSpecs, now: Date): Promise<RiskReport> {
  if (needsSqlParser(bundle.tools)) await loadSqlParser();
  return analyse(bundle, acknowledgements, now, sources);
}
