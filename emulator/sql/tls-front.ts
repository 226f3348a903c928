import { connect, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { InstanceCertificates } from "./certificates.ts";
import { type FirstMessage, fatal, readFirstMessage } from "./startup-message.ts";

/** How one instance takes connections. */
export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  readonly certificates: InstanceCertificates;
  /** Where its PostgreSQL listens. */
  readonly upstream: { readonly host: string; readonly port: number };
  /** Says why a login is refused before PostgreSQL sees it; undefined lets it through. */
  refuse(user: string): string | undefined;
  /** False lets plain connections through (sslMode ALLOW_UNENCRYPTED_AND_ENCRYPTED). */
  requiresTls(): boolean;
}

/** A listening front. */
export interface Front {
  close(): Promise<void>;
}

/** Listens where the instance's private address is, takes TLS only, and passes what is inside to PostgreSQL. */
export async function openFront(options: FrontOptions): Promise<Front> {
  const { authority, certificate, key } = options.certificates;
  const context = createSecureContext({ cert: `${certificate.trim()}\n${authority.trim()}\n`, key });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    accept(options, context, socket).catch(() => socket.destroy());
  });
  await listen(server, options);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, options: FrontOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

async function accept(options: FrontOptions, context: SecureContext, socket: Socket): Promise<void> {
  const first = await readFirstMessage(socket);
  if (first?.type === "gss") {
    socket.write("N");
    return accept(options, context, socket);
  }
  if (first?.type === "ssl") {
    socket.write("S");
    const secure = new TLSSocket(socket, { isServer: true, secureContext: context });
    secure.on("error", () => socket.destroy());
    pass(options, secure, await readFirstMessage(secure));
    return;
  }
  if (first?.type === "startup" && options.requiresTls()) {
    socket.end(
      fatal(
        "28000",
        `no pg_hba.conf entry for host "${socket.remoteAddress ?? ""}", user "${first.user}", database "${first.database}", no encryption`,
      ),
    );
    return;
  }
  pass(options, socket, first);
}

function pass(options: FrontOptions, client: Socket, first: FirstMessage | undefined): void {
  if (first === undefined) {
    client.destroy();
    return;
  }
  const refusal = first.type === "startup" ? options.refuse(first.user) : undefined;
  if (refusal !== undefined) {
    client.end(fatal("28000", refusal));
    return;
  }
  const upstream = connect({ ...options.upstream, noDelay: true }, () => {
    upstream.write(first.bytes);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  upstream.on("error", () => client.destroy());
  upstream.on("close", () => client.destroy());
  client.on("error", () => upstream.destroy());
  client.on("close", () => upstream.destroy());
}
