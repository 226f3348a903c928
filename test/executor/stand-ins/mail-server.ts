// A mail server on loopback that speaks real SMTP, and does with a message what it is told.
import type { AddressInfo, Socket } from "node:net";
import { SMTPServer } from "smtp-server";

/** What happens to the next message; `dropAfterData` takes it in and never says so. */
export type MailTrouble = "refuseRecipient" | "putOff" | "dropAfterData" | "hangAfterData" | "dropBeforeData";

export interface TakenMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isSecure: boolean;
}

export interface MailServer {
  readonly port: number;
  readonly taken: readonly TakenMessage[];
  /** Users who have signed in, with what they gave. */
  readonly logins: readonly string[];
  trouble(...troubles: readonly MailTrouble[]): void;
  clear(): void;
  stop(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const taken: TakenMessage[] = [];
  const logins: string[] = [];
  const troubles: MailTrouble[] = [];
  const sockets = new Set<Socket>();
  const server: SMTPServer = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth: ({ username = "", password = "" }, _session, done) => {
      logins.push(`${username}:${password}`);
      if (password === "wrong") done(new Error("no such user"));
      else done(null, { user: username });
    },
    onRcptTo: (_address, _session, done) => {
      const reply = { refuseRecipient: [550, "no such mailbox guest"], putOff: [451, "later"] } as const;
      const [next] = troubles;
      if (next === "dropBeforeData") {
        troubles.shift();
        for (const socket of sockets) socket.destroy();
        return;
      }
      if (next !== "refuseRecipient" && next !== "putOff") {
        done();
        return;
      }
      troubles.shift();
      const [responseCode, message] = reply[next];
      done(Object.assign(new Error(message), { responseCode }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
          isSecure: session.secure,
        });
        const trouble = troubles.shift();
        if (trouble === "dropAfterData") for (const socket of sockets) socket.destroy();
        else if (trouble !== "hangAfterData") done();
      });
    },
  });
  server.on("error", () => undefined);
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    logins,
    trouble: (...next) => void troubles.push(...next),
    clear: () => {
      taken.length = 0;
      logins.length = 0;
      troubles.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
