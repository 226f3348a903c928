// Decision: judging reads files and loads WebAssembly, both asynchronous, while a Pulumi constructor is synchronous and
// must throw by itself: so it happens in a thread that the constructor waits for.
import { type MessagePort, workerData } from "node:worker_threads";
import type { Judgement, JudgementRequest } from "./judgement.ts";

interface WorkerData {
  readonly request: JudgementRequest;
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

const { request, port, signal } = workerData as WorkerData;

function answer(judgement: Judgement): void {
  port.postMessage(judgement);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
  port.close();
}

// Loaded here, so that code which cannot be loaded is an answer too: the constructor would wait for it in vain.
import("./judge-specs.ts")
  .then(({ judgeSpecs }) => judgeSpecs(request))
  .then(answer, (error: unknown) => {
    answer({ type: "crashed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
