import { spawn } from "node:child_process";
import { type ServerWritableStream, status } from "@grpc/grpc-js";
import type { InstallDependenciesRequest, InstallDependenciesResponse } from "@pulumi/pulumi/proto/language_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";

type Call = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/** Runs `npm install` in the program's folder (`pulumi install`, `pulumi new`) and streams what it prints. */
export function installDependencies(call: Call): void {
  const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
  const child = spawn("npm", ["install"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => call.write(new language.InstallDependenciesResponse().setStdout(chunk)));
  child.stderr.on("data", (chunk: Buffer) => call.write(new language.InstallDependenciesResponse().setStderr(chunk)));
  child.once("error", (error) => call.emit("error", { code: status.INTERNAL, details: error.message }));
  child.once("close", (code) => {
    if (code === 0) call.end();
    else call.emit("error", { code: status.INTERNAL, details: `npm install in ${folder} ended with ${String(code)}` });
  });
}
