import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment, Inputs } from "./inputs.ts";

/** What one run of `lintel preview` left. */
export interface Previewed {
  readonly code: number;
  readonly project: string;
  readonly stack: string;
  readonly outcome: string;
  /** The JSON report's file. */
  readonly file: string;
  readonly markdown: string;
  readonly sarif: string;
}

/** One preview of the engine, written in three formats. @throws Error where it left no report, with its exit code. */
export async function runLintel(inputs: Inputs, temp: string, environment: Environment): Promise<Previewed> {
  mkdirSync(temp, { recursive: true });
  const [file, markdown, sarif] = ["preview.json", "preview.md", "preview.sarif"].map((name) => join(temp, name)) as [
    string,
    string,
    string,
  ];
  const options = {
    "--stack": inputs.stack,
    "--cwd": inputs.cwd,
    "--policy-pack": inputs.policyPack,
    "--policy-pack-config": inputs.policyPackConfig,
    "--against": inputs.against,
    "--save-plan": inputs.savePlan,
  };
  const given = Object.entries(options).flatMap(([name, value]) => (value === "" ? [] : [`${name}=${value}`]));
  const also = [`--also=markdown=${markdown}`, `--also=sarif=${sarif}`];
  const code = await run(
    inputs.command,
    ["preview", ...given, "--format=json", `--output=${file}`, ...also],
    environment,
  );
  const report = read(file, code);
  const { project, stack, outcome } = JSON.parse(report) as Pick<Previewed, "project" | "stack" | "outcome">;
  return { code, project, stack, outcome, file, markdown: read(markdown, code), sarif: read(sarif, code) };
}

/** The command's words are the workflow author's; what is added to them is passed as it is, not through a shell. */
function run(command: string, args: readonly string[], environment: Environment): Promise<number> {
  const [program = "", ...words] = command.split(/\s+/);
  return new Promise((resolve, reject) => {
    const env = Object.fromEntries(Object.entries(environment).filter(([name]) => name !== "INPUT_TOKEN"));
    const child = spawn(program, [...words, ...args], { env, stdio: "inherit" });
    child.once("error", reject);
    child.once("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

function read(file: string, code: number): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(
      `lintel preview ended with exit code ${String(code)} and left no report; its own words stand above`,
    );
  }
}
