import type { Socket } from "node:net";

// First messages of PostgreSQL's protocol 3 (postgresql.org/docs/current/protocol-message-formats.html).
const sslRequest = 80877103;
const gssRequest = 80877104;
const cancelRequest = 80877102;

/** What a client's first message asks for. */
export type FirstMessage =
  | { readonly type: "ssl" | "gss" | "cancel"; readonly bytes: Buffer }
  | { readonly type: "startup"; readonly bytes: Buffer; readonly user: string; readonly database: string };

/** Reads one untyped message; undefined when the client hangs up or sends something else. */
export async function readFirstMessage(socket: Socket): Promise<FirstMessage | undefined> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < 4 || bytes.length < bytes.readUInt32BE(0)) {
    const chunk = await readChunk(socket);
    if (chunk === undefined) return undefined;
    bytes = Buffer.concat([bytes, chunk]);
    // A startup packet is at most 10,000 bytes (MAX_STARTUP_PACKET_LENGTH in PostgreSQL's source).
    if (bytes.length >= 4 && bytes.readUInt32BE(0) > 10_000) return undefined;
  }
  const length = bytes.readUInt32BE(0);
  if (length < 8) return undefined;
  if (bytes.length > length) socket.unshift(bytes.subarray(length));
  return interpret(bytes.subarray(0, length));
}

function interpret(bytes: Buffer): FirstMessage {
  const code = bytes.readUInt32BE(4);
  if (code === sslRequest) return { type: "ssl", bytes };
  if (code === gssRequest) return { type: "gss", bytes };
  if (code === cancelRequest) return { type: "cancel", bytes };
  const parts = bytes.subarray(8).toString("utf8").split("\0");
  const parameters = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2) parameters.set(parts[index] ?? "", parts[index + 1] ?? "");
  const user = parameters.get("user") ?? "";
  return { type: "startup", bytes, user, database: parameters.get("database") ?? user };
}

function readChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const finish = (chunk: Buffer | undefined): void => {
      socket.removeListener("readable", attempt);
      socket.removeListener("end", end);
      socket.removeListener("close", end);
      resolve(chunk);
    };
    const attempt = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk !== null) finish(chunk);
    };
    const end = (): void => finish(undefined);
    socket.on("readable", attempt);
    socket.on("end", end);
    socket.on("close", end);
    attempt();
  });
}

/** An ErrorResponse that ends the connection attempt. */
export function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`, "utf8");
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
