import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Tokens } from "./tokens.ts";

/** Who a container is. */
export interface MetadataIdentity {
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  /** Email of its service account. */
  readonly account: string;
  readonly instance: string;
}

/** A metadata server of one container. */
export interface MetadataServer {
  /** `127.0.0.1:PORT`, for GCE_METADATA_HOST. */
  readonly host: string;
  close(): void;
}

const scopes = "https://www.googleapis.com/auth/cloud-platform";

/** Opens a metadata server that answers as the given container's (run/docs/container-contract#metadata-server). */
export async function openMetadataServer(tokens: Tokens, identity: MetadataIdentity): Promise<MetadataServer> {
  const server = createServer((request, response) => {
    answer(tokens, identity, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // It must not keep the emulator alive.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${String(port)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  tokens: Tokens,
  identity: MetadataIdentity,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Metadata-Flavor", "Google");
  response.setHeader("Server", "Metadata Server for Cloud Run");
  const url = new URL(request.url ?? "/", "http://metadata.google.internal");
  if (url.pathname === "/") {
    response.writeHead(200, { "content-type": "application/text" }).end("computeMetadata/\n");
    return;
  }
  if (request.headers["metadata-flavor"] !== "Google") {
    response.writeHead(403).end("Missing Metadata-Flavor:Google header.");
    return;
  }
  const value = await valueOf(tokens, identity, url);
  if (value === undefined) response.writeHead(404).end("Not Found");
  else
    response
      .writeHead(200, { "content-type": value.startsWith("{") ? "application/json" : "application/text" })
      .end(value);
}

async function valueOf(tokens: Tokens, identity: MetadataIdentity, url: URL): Promise<string | undefined> {
  const path = url.pathname.replace(/^\/computeMetadata\/v1\//, "").replace(/\/$/, "");
  const plain: Readonly<Record<string, string>> = {
    "project/project-id": identity.project,
    "project/numeric-project-id": identity.projectNumber,
    "instance/id": identity.instance,
    "instance/region": `projects/${identity.projectNumber}/regions/${identity.region}`,
    "instance/zone": `projects/${identity.projectNumber}/zones/${identity.region}-1`,
    "instance/service-accounts": `default/\n${identity.account}/\n`,
  };
  const account = /^instance\/service-accounts\/([^/]+)(?:\/(\w+))?$/.exec(path);
  if (account === null) return plain[path];
  if (account[1] !== "default" && account[1] !== identity.account) return undefined;
  return accountValue(tokens, identity, account[2] ?? "", url.searchParams);
}

async function accountValue(
  tokens: Tokens,
  identity: MetadataIdentity,
  name: string,
  query: URLSearchParams,
): Promise<string | undefined> {
  if (name === "email") return identity.account;
  if (name === "aliases") return "default";
  if (name === "scopes") return scopes;
  if (name === "") return JSON.stringify({ aliases: ["default"], email: identity.account, scopes: [scopes] });
  if (name === "identity")
    return query.has("audience") ? tokens.identity(identity.account, query.get("audience") ?? "") : undefined;
  if (name !== "token") return undefined;
  const { token, expires } = await tokens.access(identity.account);
  return JSON.stringify({
    access_token: token,
    expires_in: Math.floor((expires - Date.now()) / 1000),
    token_type: "Bearer",
  });
}
