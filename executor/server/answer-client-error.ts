import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { problemMediaType, problemOf } from "../errors/problem.ts";

const codes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: "headers-too-large",
  ERR_HTTP_REQUEST_TIMEOUT: "request-timeout",
};

/** Answers what node's HTTP parser cannot read (nodejs.org/api/http.html, event clientError), and closes the connection. */
export function answerClientError({ code = "" }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = new ExecutionError(codes[code] ?? "malformed-request");
  const body = Buffer.from(JSON.stringify(problemOf(error, randomUUID())));
  const head = [
    `HTTP/1.1 ${String(error.status)} ${reasons[error.status] ?? "Bad Request"}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${String(body.length)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}

const reasons: Readonly<Record<number, string>> = {
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};
