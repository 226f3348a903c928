import { type sendUnaryData, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type Children } from "./children.ts";
import { installDependencies } from "./install-dependencies.ts";
import { readDependencies } from "./read-dependencies.ts";
import { runPlugin } from "./run-plugin.ts";
import { runProgram } from "./run-program.ts";

type Implemented =
  | "about"
  | "cancel"
  | "getPluginInfo"
  | "getProgramDependencies"
  | "getRequiredPackages"
  | "getRequiredPlugins"
  | "handshake"
  | "installDependencies"
  | "run"
  | "runPlugin"
  | "runtimeOptionsPrompts";

/** The part of Pulumi's LanguageRuntime service that running programs and packs needs; the rest answers UNIMPLEMENTED. */
export function createLanguageRuntime(engineAddress: string, children: Children): UntypedServiceImplementation {
  const service: Pick<ILanguageRuntimeServer, Implemented> = {
    handshake: (_call, respond) => {
      respond(null, new language.LanguageHandshakeResponse());
    },
    getPluginInfo: (_call, respond) => {
      respond(null, new plugin.PluginInfo());
    },
    // No plugin is named in advance: the engine finds each when the first resource of its package is registered.
    getRequiredPackages: (_call, respond) => {
      respond(null, new language.GetRequiredPackagesResponse());
    },
    getRequiredPlugins: (_call, respond) => {
      respond(null, new language.GetRequiredPluginsResponse());
    },
    runtimeOptionsPrompts: (_call, respond) => {
      respond(null, new language.RuntimeOptionsResponse());
    },
    about: (_call, respond) => {
      respond(null, new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version));
    },
    getProgramDependencies: (call, respond) => {
      answer(readDependencies(call.request), respond);
    },
    installDependencies: (call) => {
      installDependencies(call);
    },
    run: (call, respond) => {
      answer(runProgram(call, engineAddress, children), respond);
    },
    runPlugin: (call) => {
      runPlugin(call, children);
    },
    cancel: (_call, respond) => {
      answer(
        children.stop().then(() => new empty.Empty()),
        respond,
      );
    },
  };
  return { ...service };
}

function answer<Response>(result: Promise<Response>, respond: sendUnaryData<Response>): void {
  result.then(
    (response) => {
      respond(null, response);
    },
    (error: unknown) => {
      respond({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) });
    },
  );
}
