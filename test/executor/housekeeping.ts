import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the service answers one request; `hang` never does, `reset` closes the connection. */
export type Behaviour =
  | "hang"
  | "reset"
  | { readonly status: number; readonly body?: unknown; readonly raw?: string; readonly headers?: object };

/** A service that flows call, on loopback; answers as it is told, and remembers what it was asked. */
export interface Housekeeping {
  readonly url: string;
  readonly received: Received[];
  /** The next answers to requests that begin so (`POST /v1/cleanings`), in order; the last one stays. */
  answer(request: string, ...behaviours: readonly Behaviour[]): void;
  stop(): Promise<void>;
}

export async function startHousekeeping(): Promise<Housekeeping> {
  const received: Received[] = [];
  const answers = new Map<string, Behaviour[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const [, queue = []] = [...answers].find(([start]) => `${method} ${url}`.startsWith(start)) ?? [];
      const behaviour = (queue.length > 1 ? queue.shift() : queue[0]) ?? { status: 404 };
      if (behaviour === "hang") return;
      if (behaviour === "reset") {
        request.socket.destroy();
        return;
      }
      response.writeHead(behaviour.status, { "Content-Type": "application/json", ...behaviour.headers });
      response.end(behaviour.raw ?? (behaviour.body === undefined ? "" : JSON.stringify(behaviour.body)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    received,
    answer: (request, ...behaviours) => void answers.set(request, [...behaviours]),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
