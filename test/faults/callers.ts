import { setTimeout } from "node:timers/promises";
import { type Reply, request } from "../executor/start-bookings.ts";
import type { Way } from "./shop.ts";

/** An order that somebody wants placed, and what came of it. */
export interface Wish {
  readonly way: Way;
  /** Also its Idempotency-Key. */
  readonly reference: string;
}

export interface Granted extends Wish {
  /** The first answer that was final. */
  readonly reply: Reply;
  /** What a repetition was answered, where there was one. */
  readonly repeated: Reply | undefined;
  /** Answers that were not final, and broken connections, by status and code. */
  readonly turnedAway: readonly string[];
}

export interface CallerOptions {
  readonly token: string;
  readonly callers: number;
  /** Where a server is now; asked again for each attempt. */
  readonly url: () => Promise<string>;
  /** Milliseconds that an order may take, all its repetitions together. */
  readonly patience?: number;
}

/** Wishes, in turn by way. */
export function wishes(ways: readonly Way[], count: number, name: string): readonly Wish[] {
  return Array.from({ length: count }, (_, index) => ({
    way: ways[index % ways.length] ?? "place-order",
    reference: `${name}-${String(index)}`,
  }));
}

/** Callers who do as the docs say: what gets no answer, or one that says "later", is sent again with the same key. */
export async function callAll(wanted: readonly Wish[], options: CallerOptions): Promise<readonly Granted[]> {
  const queue = [...wanted];
  const granted: Granted[] = [];
  const caller = async (): Promise<void> => {
    for (let wish = queue.shift(); wish !== undefined; wish = queue.shift()) granted.push(await grant(wish, options));
  };
  await Promise.all(Array.from({ length: options.callers }, caller));
  return granted;
}

async function grant(wish: Wish, options: CallerOptions): Promise<Granted> {
  const deadline = Date.now() + (options.patience ?? 300_000);
  const turnedAway: string[] = [];
  for (;;) {
    const reply = await send(wish, options);
    if (typeof reply !== "string" && isFinal(reply)) {
      // A failure that changed nothing frees its key: a repetition of it is another call.
      const isKept = turnedAway.length > 0 && reply.status < 500;
      const repeated = isKept ? await send(wish, options) : undefined;
      return { ...wish, reply, repeated: typeof repeated === "string" ? undefined : repeated, turnedAway };
    }
    turnedAway.push(typeof reply === "string" ? reply : describe(reply));
    if (Date.now() > deadline) throw new Error(`${wish.way} ${wish.reference}: ${turnedAway.slice(-5).join(", ")}`);
    await setTimeout(30 + Math.random() * 50);
  }
}

function describe({ status, headers, body }: Reply): string {
  const isUntimed = status === 503 && !/^\d+$/u.test(headers.get("retry-after") ?? "");
  return `${String(status)} ${String(body["code"])}${isUntimed ? " without Retry-After" : ""}`;
}

/** 503 says later, and 409 that the first call with the key is not done. */
function isFinal({ status, body }: Reply): boolean {
  return status !== 503 && body["code"] !== "idempotency-key-in-use";
}

/** The answer, or why there was none. */
async function send({ way, reference }: Wish, { token, url }: CallerOptions): Promise<Reply | string> {
  const headers = { "Idempotency-Key": reference };
  const base = await url();
  try {
    return await request(`${base}/${way}`, "POST", { token, body: { reference }, headers });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `broken: ${cause instanceof Error ? cause.message : ""}`;
  }
}
