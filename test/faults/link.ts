// The link between an executor and its database, on which bytes get lost: at a COMMIT, or all of them.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { frontendMessages } from "./frontend-messages.ts";

/** What the link does at a COMMIT: the server gets it and nobody hears of it, or it never arrives. */
export type Cut = "answerLost" | "commitLost";

export interface Link {
  readonly port: number;
  /** Cuts at the n-th COMMIT from now on, counted from 1; then all is as before. */
  cutAt(count: number, cut: Cut): void;
  /** How many cuts are still to come: 0 or 1. */
  pending(): number;
  /** Swallows all bytes both ways, of connections that stand too, and accepts new ones into nothing. */
  blackHole(isOn: boolean): void;
  stop(): Promise<void>;
}

export async function openLink(upstream: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let armed: { left: number; readonly cut: Cut } | undefined;
  let isBlackHole = false;
  /** Whether this COMMIT is the one. */
  const takeCut = (): Cut | undefined => {
    if (armed === undefined) return undefined;
    armed.left -= 1;
    if (armed.left > 0) return undefined;
    const { cut } = armed;
    armed = undefined;
    return cut;
  };
  const server = createServer((client) => {
    const database = connect(upstream, "127.0.0.1");
    let isMute = false;
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    const messages = frontendMessages();
    client.on("data", (chunk: Buffer) => {
      if (isBlackHole) return;
      for (const { bytes, isCommit } of messages(chunk)) {
        const cut = isCommit ? takeCut() : undefined;
        if (cut === "commitLost") {
          client.destroy();
          database.destroy();
          return;
        }
        // What follows in the same packet (Sync) reaches the server too.
        if (cut === "answerLost") isMute = true;
        database.write(bytes);
      }
      if (isMute) client.destroy();
    });
    database.on("data", (chunk: Buffer) => {
      if (isBlackHole) return;
      if (isMute) database.end();
      else client.write(chunk);
    });
    database.on("close", () => (isBlackHole ? undefined : client.destroy()));
    client.on("close", () => (isMute || isBlackHole ? undefined : database.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAt: (count, cut) => {
      armed = { left: count, cut };
    },
    pending: () => (armed === undefined ? 0 : 1),
    blackHole: (isOn) => {
      isBlackHole = isOn;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
