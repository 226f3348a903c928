import { Agent, request } from "node:http";
import type { CallKind, PlannedCall } from "./calls.ts";

/** How a server takes a planned call; REST unless it says otherwise. */
export interface Dialect {
  readonly path: string;
  readonly bodyOf: (call: PlannedCall) => unknown;
  /** The status that an answer amounts to, where HTTP's own does not say. */
  readonly statusOf?: (status: number, body: string) => number;
}

export const rest: Dialect = { path: "/reservations", bodyOf: ({ body }) => body };

export interface Load {
  readonly url: string;
  readonly dialect: Dialect;
  readonly callers: number;
  /** Altogether, whoever makes them. */
  readonly count: number;
  readonly calls: Iterator<PlannedCall>;
}

/** Milliseconds per call in ascending order, all of them and those of valid calls; the wall time is in seconds. */
export interface Driven {
  readonly times: readonly number[];
  readonly validTimes: readonly number[];
  readonly seconds: number;
  readonly byKind: Readonly<Record<CallKind, number>>;
}

/** Makes the calls over connections that are kept, as many at a time as there are callers. @throws on an answer that is not due */
export async function drive(load: Load): Promise<Driven> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.callers });
  const times: number[] = [];
  const validTimes: number[] = [];
  const byKind = { valid: 0, invalid: 0, forbidden: 0, conflicting: 0 };
  let left = load.count;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const call = load.calls.next().value as PlannedCall;
      const started = performance.now();
      const { status, text } = await send(load, agent, call);
      const taken = performance.now() - started;
      times.push(taken);
      if (call.kind === "valid") validTimes.push(taken);
      byKind[call.kind] += 1;
      checkAnswer(load.dialect, call, status, text);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: load.callers }, caller));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { times: ascending(times), validTimes: ascending(validTimes), seconds, byKind };
}

function checkAnswer({ statusOf }: Dialect, { kind, body }: PlannedCall, answered: number, text: string): void {
  const status = statusOf?.(answered, text) ?? answered;
  const isDue = kind === "valid" ? status >= 200 && status < 300 : status >= 400 && status < 500;
  if (!isDue) throw new Error(`a ${kind} call was answered ${String(status)}: ${text} (${JSON.stringify(body)})`);
}

interface Received {
  readonly status: number;
  readonly text: string;
}

function send({ url, dialect }: Load, agent: Agent, call: PlannedCall): Promise<Received> {
  const body = JSON.stringify(dialect.bodyOf(call));
  const headers = {
    Authorization: `Bearer ${call.token}`,
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${dialect.path}`, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((one, other) => one - other);
}
