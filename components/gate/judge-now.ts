import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Judgement, JudgementRequest } from "./judgement.ts";

/** Thousands of tools take seconds; what takes longer than this has hung. */
const longestMs = 120_000;

/**
 * Compiles and judges a spec folder before it returns.
 * @throws Error when the judging itself fails: no verdict is never a good one.
 */
export function judgeNow(request: JudgementRequest): Exclude<Judgement, { type: "crashed" }> {
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(`./judge-worker${extension()}`, import.meta.url), {
    workerData: { request, port: port2, signal },
    transferList: [port2],
    execArgv: [],
  });
  worker.unref();
  Atomics.wait(signal, 0, 0, longestMs);
  const received = receiveMessageOnPort(port1);
  port1.close();
  void worker.terminate();
  const judgement = received?.message as Judgement | undefined;
  if (judgement === undefined) throw new Error(`judging ${request.folder} did not end in ${longestMs / 1000} s`);
  if (judgement.type === "crashed") throw new Error(`judging ${request.folder} failed: ${judgement.message}`);
  return judgement;
}

/** TypeScript in this repository, JavaScript where the package is installed. */
function extension(): string {
  return import.meta.url.endsWith(".ts") ? ".ts" : ".js";
}
