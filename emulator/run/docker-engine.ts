import { type IncomingMessage, request } from "node:http";

/** An answer of the Docker engine: its status and its body, not yet read. */
type EngineAnswer = IncomingMessage;

/** Sends a request to a Docker engine's HTTP API (docs.docker.com/reference/api/engine). */
export interface DockerEngine {
  send(method: string, path: string, body?: object): Promise<EngineAnswer>;
  /** Sends, and throws unless the status is below 300 or one of `accepted`; answers the parsed body, or undefined. */
  call(method: string, path: string, body?: object, accepted?: readonly number[]): Promise<unknown>;
}

/** The engine at a DOCKER_HOST (`unix:///path` or `tcp://host:port`). */
export function dockerEngine(host: string): DockerEngine {
  const target = host.startsWith("unix://")
    ? { socketPath: host.slice("unix://".length) }
    : { host: new URL(host).hostname, port: new URL(host).port };
  const send = (method: string, path: string, body?: object): Promise<EngineAnswer> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...target,
          method,
          path,
          headers: { host: "docker", ...(body === undefined ? {} : { "content-type": "application/json" }) },
        },
        resolve,
      );
      outgoing.once("error", reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    send,
    call: async (method, path, body, accepted = []) => {
      const answer = await send(method, path, body);
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString("utf8");
      const status = answer.statusCode ?? 0;
      if (status >= 300 && !accepted.includes(status))
        throw new Error(`Docker: ${method} ${path} answered ${String(status)}: ${text}`);
      return /^[[{]/.test(text) && !text.includes("}\r\n{") ? (JSON.parse(text) as unknown) : undefined;
    },
  };
}
