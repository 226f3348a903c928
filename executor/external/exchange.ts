// Decision: node:http and not fetch, because a socket must connect to the very addresses that were checked, and because only the
// socket knows whether a request may have arrived: until it is open, nothing has happened.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { CallFailure } from "./call-failure.ts";
import { checkedLookup, forbidden, hostFlaw, type Network, type ResolveName } from "./checked-lookup.ts";

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly network: Network;
  /** Milliseconds in all: resolving, connecting, sending, and reading the answer to its end. */
  readonly timeout: number;
}

/** Bytes of an answer's headers. */
const maximumHeaders = 16 * 1024;

/** Sends a request and reads its answer, whatever the status; follows nothing. @throws CallFailure */
export async function exchange<T>(
  { method, url, headers, body, network, timeout }: Exchange,
  resolve: ResolveName,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  if (hostFlaw(url.hostname) !== undefined || url.username !== "" || url.password !== "") throw forbidden();
  const client = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const request = client.request(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }) },
    lookup: checkedLookup(network, resolve),
    maxHeaderSize: maximumHeaders,
  });
  const seen = { isOpen: false, isLate: false };
  request.once("socket", (socket: Socket) => {
    const open = (): void => void Object.assign(seen, { isOpen: true });
    if (request.reusedSocket) open();
    else socket.once(url.protocol === "https:" ? "secureConnect" : "connect", open);
  });
  const timer = setTimeout(
    () => {
      seen.isLate = true;
      request.destroy(new Error("the answer did not come in time"));
    },
    Math.max(1, timeout),
  );
  let answer: IncomingMessage | undefined;
  try {
    answer = await new Promise<IncomingMessage>((answered, failed) => {
      request.once("response", answered);
      request.on("error", failed);
      request.end(body);
    });
    return await read(answer);
  } catch (error) {
    if (error instanceof CallFailure && !seen.isLate) throw error;
    const effect = seen.isOpen ? "unknown" : "none";
    if (seen.isLate) throw new CallFailure(effect, "timeout", { cause: error });
    throw new CallFailure(effect, effect === "none" ? "refused" : "connection", { cause: error });
  } finally {
    clearTimeout(timer);
    // A connection with an answer half read is good for nothing.
    if (answer?.readableEnded !== true) request.destroy();
  }
}
