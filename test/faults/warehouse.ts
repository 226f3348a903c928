import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A service that honours idempotency keys and counts what stands: a dispatch for a reference, until it is called off. */
export interface Warehouse {
  readonly url: string;
  /** References of dispatches that stand, one entry each. */
  standing(): readonly string[];
  /** Milliseconds that the next answers take. */
  delay(milliseconds: number): void;
  stop(): Promise<void>;
}

export async function startWarehouse(): Promise<Warehouse> {
  const answers = new Map<string, object>();
  const dispatches = new Map<string, string>();
  let count = 0;
  let delay = 0;
  const carryOut = (method: string, url: string, body: string): object => {
    if (method === "DELETE") {
      dispatches.delete(url.slice(url.lastIndexOf("/") + 1));
      return {};
    }
    count += 1;
    const id = `d${String(count)}`;
    dispatches.set(id, (JSON.parse(body) as { readonly reference: string }).reference);
    return { id };
  };
  const answer = async (request: IncomingMessage): Promise<object> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const key = String(headers["idempotency-key"]);
    const known = answers.get(key) ?? carryOut(method, url, Buffer.concat(chunks).toString());
    answers.set(key, known);
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    return known;
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body)),
      // Whoever asked is dead by now.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    // By name: the payment provider's host is another one to the risk engine.
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    standing: () => [...dispatches.values()],
    delay: (milliseconds) => {
      delay = milliseconds;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
