import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the workflow gives the action; names as in action.yml. */
export interface Inputs {
  readonly stack: string;
  readonly cwd: string;
  readonly policyPack: string;
  readonly policyPackConfig: string;
  readonly against: string;
  readonly savePlan: string;
  readonly command: string;
  readonly comment: boolean;
  readonly sarif: boolean;
  readonly failOn: "yellow" | "red";
}

/** Where the run takes place. */
export interface Run {
  readonly apiUrl: string;
  /** Empty where the workflow has none, as on a pull request from a fork. */
  readonly token: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  /** Absent where the run is not one of a pull request. */
  readonly pullRequest?: number;
  /** Folder for files of this run. */
  readonly temp: string;
}

/** @throws Error that names the input which is missing or none of its values. */
export function readInputs(environment: Environment): Inputs {
  const text = (name: string): string => (environment[`INPUT_${name.toUpperCase().replaceAll(" ", "_")}`] ?? "").trim();
  const flag = (name: string): boolean => {
    const value = text(name).toLowerCase();
    if (value !== "" && value !== "true" && value !== "false")
      throw new Error(`the input "${name}" is true or false, not "${value}"`);
    return value !== "false";
  };
  const failOn = text("fail-on") || "yellow";
  if (failOn !== "yellow" && failOn !== "red") throw new Error(`the input "fail-on" is yellow or red, not "${failOn}"`);
  if (text("stack") === "") throw new Error('the input "stack" is missing: name the stack to preview');
  return {
    stack: text("stack"),
    cwd: text("cwd") || ".",
    policyPack: text("policy-pack"),
    policyPackConfig: text("policy-pack-config"),
    against: text("against"),
    savePlan: text("save-plan"),
    command: text("command") || "npx --no-install lintel",
    comment: flag("comment"),
    sarif: flag("sarif"),
    failOn,
  };
}

export function readRun(environment: Environment): Run {
  const pullRequest = pullRequestOf(environment["GITHUB_EVENT_PATH"]);
  return {
    apiUrl: environment["GITHUB_API_URL"] ?? "https://api.github.com",
    token: (environment["INPUT_TOKEN"] ?? "").trim(),
    repository: environment["GITHUB_REPOSITORY"] ?? "",
    ref: environment["GITHUB_REF"] ?? "",
    sha: environment["GITHUB_SHA"] ?? "",
    ...(pullRequest === undefined ? {} : { pullRequest }),
    temp: join(environment["RUNNER_TEMP"] ?? ".", `lintel-preview-${String(process.pid)}`),
  };
}

/** The event's payload: docs.github.com, "Webhook events and payloads", pull_request. */
function pullRequestOf(path: string | undefined): number | undefined {
  if (path === undefined || path === "") return undefined;
  const event = JSON.parse(readFileSync(path, "utf8")) as { readonly pull_request?: { readonly number?: number } };
  return event.pull_request?.number;
}
