import { connect, createServer, type Socket } from "node:net";

/** Stands between a server and PostgreSQL and counts what the server sends. */
export interface CountingProxy {
  readonly port: number;
  counted(): Traffic;
  close(): void;
}

export interface Traffic {
  /** Statements executed: Execute and Query messages of the protocol (postgresql.org/docs/current/protocol-message-formats.html). */
  readonly statements: number;
  /** How often something was sent after an answer, or first. */
  readonly roundTrips: number;
}

/** Begins on a free port of loopback. */
export async function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  const sockets = new Set<Socket>();
  const counts = { statements: 0, roundTrips: 0 };
  const server = createServer((client) => {
    const upstream = connect(targetPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    let isWaiting = false;
    const count = messageCounter((type) => {
      if (type === "E" || type === "Q") counts.statements += 1;
    });
    client.on("data", (chunk) => {
      count(chunk);
      if (!isWaiting) counts.roundTrips += 1;
      isWaiting = true;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      isWaiting = false;
      client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    counted: () => ({ ...counts }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Reads the stream of a client's messages: a start-up message without a type, then one byte of type and four of length. */
function messageCounter(onMessage: (type: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let hasBegun = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = hasBegun ? 1 : 0;
      if (rest.length < head + 4) return;
      const size = head + rest.readUInt32BE(head);
      if (rest.length < size) return;
      if (hasBegun) onMessage(String.fromCharCode(rest[0] ?? 0));
      hasBegun = true;
      rest = rest.subarray(size);
    }
  };
}
