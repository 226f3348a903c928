import { type GithubApi, type GithubApiOptions, GithubError, githubApi } from "./github-api.ts";
import { type Environment, type Inputs, type Run, readInputs, readRun } from "./inputs.ts";
import { type Previewed, runLintel } from "./run-lintel.ts";
import { writeComment } from "./sticky-comment.ts";
import { uploadSarif } from "./upload-sarif.ts";
import { addSummary, notice, type Print, setOutputs } from "./workflow.ts";

/** Exit codes of `lintel preview`. */
const yellow = 10;
const red = 20;

/**
 * Previews, comments and uploads; resolves to the exit code of the step. What GitHub refuses is a warning: the verdict stands in
 * the run's summary and in the exit code all the same.
 */
export async function runAction(
  environment: Environment,
  print: Print,
  waits: Pick<GithubApiOptions, "firstWait" | "longestWait"> = {},
): Promise<number> {
  try {
    const inputs = readInputs(environment);
    const run = readRun(environment);
    const previewed = await runLintel(inputs, run.temp, environment);
    addSummary(environment, previewed.markdown);
    const url = await publish(inputs, run, previewed, print, waits);
    setOutputs(environment, { outcome: previewed.outcome, report: previewed.file, "comment-url": url });
    return codeOf(previewed, inputs, print);
  } catch (error) {
    notice(print, "error", error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function publish(
  inputs: Inputs,
  run: Run,
  previewed: Previewed,
  print: Print,
  waits: Pick<GithubApiOptions, "firstWait" | "longestWait">,
): Promise<string> {
  if (run.token === "") {
    notice(print, "notice", "there is no token, as on a pull request from a fork: the report is in the run's summary");
    return "";
  }
  const api = githubApi({ url: run.apiUrl, token: run.token, ...waits });
  const key = `${previewed.project}/${previewed.stack}`;
  if (inputs.sarif)
    await tolerate(print, "findings are not in code scanning", () => uploadSarif(api, run, previewed.sarif, key));
  if (!inputs.comment || run.pullRequest === undefined) return "";
  const { repository, pullRequest } = run;
  const comment = { repository, pullRequest, key, markdown: previewed.markdown };
  return (await tolerate(print, "there is no comment", () => comments(api, comment, print))) ?? "";
}

async function comments(api: GithubApi, comment: Parameters<typeof writeComment>[1], print: Print): Promise<string> {
  const { url, what } = await writeComment(api, comment);
  print(`comment ${what}: ${url}`);
  return url;
}

/** A read-only token, code scanning that is not switched on, GitHub that is down. */
async function tolerate<T>(print: Print, what: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof GithubError)) throw error;
    notice(print, "warning", `${what}: ${error.message}`);
    return undefined;
  }
}

function codeOf({ code, outcome, project, stack }: Previewed, { failOn }: Inputs, print: Print): number {
  const isTolerated = code === 0 || (code === yellow && failOn === "red");
  if (isTolerated) return 0;
  const reason =
    code === red || code === yellow
      ? `${project}/${stack} is ${outcome}`
      : `there is no verdict on ${project}/${stack}`;
  notice(print, "error", `${reason} (exit code ${String(code)} of lintel preview)`);
  return code;
}
