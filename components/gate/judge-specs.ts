import { analyse, loadSqlParser, needsSqlParser } from "@lintel/policypack/risk";
import { compileFolder } from "@lintel/specs";
import type { Judgement, JudgementRequest } from "./judgement.ts";

/** Compiles a spec folder and judges it; the same functions that the pack and the executor call. */
export async function judgeSpecs(request: JudgementRequest): Promise<Judgement> {
  const options = request.environment === undefined ? {} : { environment: request.environment };
  const { specs, diagnostics } = await compileFolder(request.folder, options);
  if (specs === undefined) return { type: "rejected", diagnostics };
  const acknowledgements = [...specs.acknowledgements, ...request.acknowledgements];
  if (needsSqlParser(specs.bundle.tools)) await loadSqlParser();
  const report = analyse(specs.bundle, acknowledgements, request.now, specs.sources);
  return { type: "judged", specs: { ...specs, acknowledgements }, report };
}
