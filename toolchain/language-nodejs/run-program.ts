import type { ServerUnaryCall } from "@grpc/grpc-js";
import type { RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { type Children, stopChild, waitForExit } from "./children.ts";
import { findSdkScript } from "./find-sdk.ts";
import { readRuntimeOptions } from "./runtime-options.ts";

/** The exit code by which @pulumi/pulumi says that it has shown the error already. */
const reportedExitCode = 32;

/** Runs a Pulumi program to its end; its output goes to ours, from where the engine shows it. */
export async function runProgram(
  call: ServerUnaryCall<RunRequest, RunResponse>,
  engineAddress: string,
  children: Children,
): Promise<RunResponse> {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const options = readRuntimeOptions(request.getInfo());
  const script = findSdkScript("run", folder);
  const child = children.start([...options.nodeArguments, script, ...programArguments(request, engineAddress)], {
    cwd: request.getPwd(),
    env: { ...process.env, ...options.env, ...configuration(request) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  call.on("cancelled", () => void stopChild(child));
  return describeExit(await waitForExit(child));
}

function programArguments(request: RunRequest, engineAddress: string): readonly string[] {
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    "root-directory": request.getInfo()?.getRootDirectory() ?? request.getPwd(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() ?? request.getProgram(),
    ...request.getArgsList(),
  ];
}

function configuration(request: RunRequest): NodeJS.ProcessEnv {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function describeExit(code: number): RunResponse {
  const response = new language.RunResponse();
  if (code === 0) return response;
  if (code === reportedExitCode) return response.setBail(true);
  return response.setError(`Program exited with non-zero exit code: ${String(code)}`);
}
