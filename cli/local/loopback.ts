import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback. */
export interface LoopbackServer {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Listens on loopback only, on a free port by default. @throws Error (EADDRINUSE) when the port is taken */
export async function listenOnLoopback(listener: RequestListener, wantedPort = 0): Promise<LoopbackServer> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wantedPort, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
