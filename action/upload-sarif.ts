import { gzipSync } from "node:zlib";
import type { GithubApi } from "./github-api.ts";
import type { Run } from "./inputs.ts";

interface SarifLog {
  readonly runs: readonly { readonly automationDetails?: { readonly id?: string } }[];
}

/**
 * Sends findings to code scanning (docs.github.com, REST, "Upload an analysis as SARIF data"). Each project and stack is a
 * category of its own: another's upload would close its alerts otherwise.
 * @throws GithubError
 */
export async function uploadSarif(
  api: GithubApi,
  { repository, ref, sha }: Run,
  sarif: string,
  key: string,
): Promise<void> {
  const log = JSON.parse(sarif) as SarifLog;
  const runs = log.runs.map((run) => ({ ...run, automationDetails: { id: `lintel/${key}/` } }));
  await api.request("POST", `/repos/${repository}/code-scanning/sarifs`, {
    commit_sha: sha,
    ref,
    sarif: gzipSync(JSON.stringify({ ...log, runs })).toString("base64"),
    tool_name: "lintel",
  });
}
