// The edge to the engine: one preview through the Automation API, and the state that it is compared with.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError, LocalWorkspace, Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { type EngineEvent, type EngineRun, foldEvents } from "./engine-run.ts";

export interface EngineOptions {
  /** Folder of the Pulumi project. */
  readonly folder: string;
  readonly stack: string;
  /** Folder of the policy pack, and a file that configures it. */
  readonly pack: string;
  readonly packConfiguration?: string;
  /** File to which the plan is saved. */
  readonly plan?: string;
  readonly onProgress?: (line: string) => void;
}

/** Thrown where there is no such stack. */
export class NoStackError extends Error {}

/** Runs one preview. What the engine reports, failures included, is in the answer. @throws NoStackError */
export async function runEngine(options: EngineOptions): Promise<EngineRun> {
  const events: EngineEvent[] = [];
  const stack = await openStack(options);
  try {
    await stack.preview({
      policyPacks: [options.pack],
      color: "never",
      onEvent: (event) => events.push(event as EngineEvent),
      ...(options.packConfiguration === undefined ? {} : { policyPackConfigs: [options.packConfiguration] }),
      ...(options.plan === undefined ? {} : { plan: options.plan }),
      ...(options.onProgress === undefined ? {} : { onOutput: options.onProgress }),
    });
    return foldEvents(events, undefined);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error instanceof StackNotFoundError || /no stack named/.test(error.message)) throw new NoStackError();
    return foldEvents(events, error.message);
  }
}

/** Without selecting it: a preview must not change which stack the user works on. */
async function openStack({ folder, stack }: EngineOptions): Promise<Stack> {
  // The pack looks for the spec files from there, and the program may ask where it was started.
  const envVars = { LINTEL_PROJECT_ROOT: folder, PWD: folder };
  const workspace = await LocalWorkspace.create({ workDir: folder, envVars });
  workspace.selectStack = () => Promise.resolve();
  return Stack.select(stack, workspace);
}

/** A resource of the state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The deployed resources, with secrets encrypted as the state has them; none before the first update. */
export async function readState({ folder, stack }: EngineOptions): Promise<readonly StateResource[]> {
  const args = ["stack", "export", "--stack", stack, "--non-interactive"];
  const { stdout } = await promisify(execFile)("pulumi", args, { cwd: folder, maxBuffer: 1 << 30 });
  const state = JSON.parse(stdout) as { readonly deployment?: { readonly resources?: readonly StateResource[] } };
  return state.deployment?.resources ?? [];
}
