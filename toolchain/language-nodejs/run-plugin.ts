import { type ServerWritableStream, status } from "@grpc/grpc-js";
import type { RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { type Children, stopChild, waitForExit } from "./children.ts";
import { findSdkScript } from "./find-sdk.ts";
import { readRuntimeOptions } from "./runtime-options.ts";

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Boots a policy pack and streams its output; the engine reads the pack's port from it. */
export function runPlugin(call: Call, children: Children): void {
  runPolicyPack(call, children).catch((error: unknown) => {
    const details = error instanceof Error ? error.message : String(error);
    call.emit("error", { code: status.INTERNAL, details });
  });
}

async function runPolicyPack(call: Call, children: Children): Promise<void> {
  const { request } = call;
  if (request.getKind() !== "analyzer") {
    throw new Error(`this language host runs programs and policy packs, not ${request.getKind()} plugins`);
  }
  const pack = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const engineAddress = request.getArgsList().findLast((argument) => !argument.startsWith("-")) ?? "";
  const { nodeArguments, env } = readRuntimeOptions(request.getInfo());
  const script = findSdkScript("run-policy-pack", pack);
  const child = children.start([...nodeArguments, script, engineAddress, pack], {
    // A pack finds its files beside itself, wherever the program that it judges is.
    cwd: pack,
    env: { ...readEnvironment(request.getEnvList()), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Closing the call is how the engine ends a pack.
  call.on("cancelled", () => void stopChild(child));
  child.stdout?.on("data", (chunk: Buffer) => call.write(new language.RunPluginResponse().setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => call.write(new language.RunPluginResponse().setStderr(chunk)));
  const code = await waitForExit(child);
  if (call.cancelled) return;
  call.write(new language.RunPluginResponse().setExitcode(code));
  call.end();
}

function readEnvironment(assignments: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const equals = assignment.indexOf("=");
      return [assignment.slice(0, equals), assignment.slice(equals + 1)];
    }),
  );
}
