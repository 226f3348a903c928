// Decision: the session is driven here and not by nodemailer's transport, which does not say whether the message had begun to go out
// when a connection broke: before that nothing has happened, after it nobody knows.
import { CallFailure } from "../../external/call-failure.ts";

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly tls: "implicit" | "startTls" | "ifOffered";
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

interface Delivery {
  readonly from: string;
  readonly to: string;
  readonly message: Buffer;
}

/** Hands a message over in a session of its own; `timeout` is milliseconds in all. @throws CallFailure */
export async function deliver(server: SmtpServer, { from, to, message }: Delivery, timeout: number): Promise<void> {
  const { default: SMTPConnection } = await import("nodemailer/lib/smtp-connection");
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.tls === "implicit",
    requireTLS: server.tls === "startTls",
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    socketCloseTimeout: 0,
    // On loopback a certificate proves nothing.
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: server.tls !== "ifOffered" },
    logger: false,
  });
  const broken = new Promise<never>((_, reject) => {
    connection.once("error", reject);
    connection.once("end", () => reject(new Error("the connection ended")));
  });
  broken.catch(() => undefined);
  const { promise: late, reject: giveUp } = Promise.withResolvers<never>();
  late.catch(() => undefined);
  const timer = setTimeout(() => giveUp(new Late()), Math.max(1, timeout));
  const step = (begin: (done: Done) => unknown): Promise<void> =>
    Promise.race([
      new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error) : resolve()))),
      broken,
      late,
    ]);
  let hasBegun = false;
  try {
    await step((done) => connection.connect(done));
    const { auth } = server;
    if (auth !== undefined) await step((done) => connection.login({ ...auth }, done));
    hasBegun = true;
    await step((done) => connection.send({ from, to: [to], size: message.length }, message, done));
    connection.quit();
  } catch (error) {
    connection.close();
    throw failureOf(error, hasBegun);
  } finally {
    clearTimeout(timer);
  }
}

type Done = (error?: Error | null) => void;

class Late extends Error {
  override readonly name = "Late";
}

/** A reply is a definite no (RFC 5321, section 4.2.1: 4yz for now, 5yz for good); silence is one only before the message went out. */
function failureOf(error: unknown, hasBegun: boolean): CallFailure {
  const reply = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : Number.NaN;
  // The server's text may hold the address; only its code is kept.
  if (reply >= 500)
    return new CallFailure("none", "declined", { detail: `was refused by the mail server (${String(reply)})` });
  if (reply >= 400)
    return new CallFailure("none", "busy", { detail: `was put off by the mail server (${String(reply)})` });
  if (error instanceof Late) return new CallFailure(hasBegun ? "unknown" : "none", "timeout");
  const isConfigured = error instanceof Error && "code" in error && (error.code === "EAUTH" || error.code === "ETLS");
  if (isConfigured && !hasBegun)
    return new CallFailure("none", "declined", { detail: "was refused by the mail server" });
  return new CallFailure(hasBegun ? "unknown" : "none", hasBegun ? "connection" : "refused", { cause: error });
}
