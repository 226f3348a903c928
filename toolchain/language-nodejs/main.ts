/**
 * The language host that lets the Pulumi engine run Node programs and policy packs, for machines where Pulumi's own
 * `pulumi-language-nodejs` cannot be downloaded. The engine starts it with its address as the last plain argument,
 * reads the port from the first line of stdout, and closes it by a signal.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { createChildren } from "./children.ts";
import { createLanguageRuntime } from "./language-runtime.ts";

const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
if (engineAddress === undefined) {
  process.stderr.write("usage: pulumi-language-nodejs ENGINE_ADDRESS (the Pulumi engine starts this program)\n");
  process.exit(2);
}

const children = createChildren();
// Messages carry whole configurations: the size is the engine's business.
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(languageService.LanguageRuntimeService, createLanguageRuntime(engineAddress, children));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${String(port)}\n`);
});

function close(): void {
  void children.stop().then(() => process.exit(0));
}
process.on("SIGINT", close);
process.on("SIGTERM", close);
// An engine that was killed can send no signal, but its end of the pipe closes.
process.stdin.on("end", close).resume();
