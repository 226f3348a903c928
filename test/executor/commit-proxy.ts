import { connect, createServer, type Socket } from "node:net";
import { waitUntil } from "./wait-until.ts";

/** Stands between the executor and PostgreSQL; breaks the link of the next transaction that closes an execution. */
export interface CommitProxy {
  readonly port: number;
  /** The next COMMIT arrives and is carried out; the link breaks before its answer is told. */
  loseAnswer(): void;
  /** The next closing record and its COMMIT are held back on the way, and the link to the executor breaks. */
  holdBack(): void;
  /** Sends what was held back, and waits for PostgreSQL's answer. */
  release(): Promise<string>;
  /** Every further link to PostgreSQL breaks at once. */
  block(): void;
  unblock(): void;
  close(): void;
}

type Fault = "none" | "lose-answer" | "hold-back";

/** The name under which the record of a change's execution is prepared. */
const closing = "lintel_audit_closing";

export async function startCommitProxy(targetPort: number): Promise<CommitProxy> {
  const sockets = new Set<Socket>();
  let fault: Fault = "none";
  let isBlocked = false;
  let held: { readonly upstream: Socket; readonly chunks: Buffer[]; answer: string } | undefined;
  const server = createServer((client) => {
    const upstream = connect(targetPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    if (isBlocked) client.destroy();
    let isClosing = false;
    let own: typeof held;
    client.on("data", (chunk) => {
      isClosing ||= fault !== "none" && chunk.includes(closing);
      if (!isClosing || fault !== "hold-back") {
        upstream.write(chunk);
        return;
      }
      own ??= held = { upstream, chunks: [], answer: "" };
      own.chunks.push(chunk);
      if (chunk.includes("COMMIT")) {
        fault = "none";
        client.destroy();
      }
    });
    upstream.on("data", (chunk) => {
      if (own !== undefined) own.answer += chunk.toString("latin1");
      if (fault === "lose-answer" && isClosing) {
        if (!chunk.includes("COMMIT")) return;
        fault = "none";
        client.destroy();
      } else client.write(chunk);
    });
    client.on("close", () => {
      if (own === undefined) upstream.destroy();
    });
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    loseAnswer: () => {
      fault = "lose-answer";
    },
    holdBack: () => {
      fault = "hold-back";
    },
    release: async () => {
      const letter = held;
      if (letter === undefined) throw new Error("nothing is held back");
      for (const chunk of letter.chunks) letter.upstream.write(chunk);
      await waitUntil(() => Promise.resolve(/COMMIT|ROLLBACK/u.test(letter.answer)));
      letter.upstream.destroy();
      return /COMMIT|ROLLBACK/u.exec(letter.answer)?.[0] ?? "";
    },
    block: () => {
      isBlocked = true;
    },
    unblock: () => {
      isBlocked = false;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
