import { type IncomingMessage, type ServerResponse } from "node:http";
import { checkLocation } from "../limits.ts";
import { requireEnabled } from "../services/service-usage.ts";
import { projectOf } from "../state/projects.ts";
import type { Store } from "../state/store.ts";
import type { Handlers } from "../world.ts";
import { type ApiEntry, catalogue } from "./catalogue.ts";
import { canonicalQuery, checkBody, checkPath, checkQuery } from "./check-request.ts";
import { readDescription } from "./descriptions.ts";
import { ApiError, renderError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { compileMethods, type Match, type Method, matchMethod } from "./method.ts";

/** Largest body that Google's front end takes from these APIs. */
const largestBody = 10 * 1024 * 1024;

/** Serves Google's APIs from their descriptions. */
export interface ApiServer {
  /** Answers a request under an API's prefix; false when the path is of no API. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** Opens the API server; `folder` holds the descriptions, each read at its first use. */
export function openApiServer(store: Store, handlers: Handlers, folder: string): ApiServer {
  const compiled = new Map<string, Promise<readonly Method[]>>();
  const methodsOf = (api: ApiEntry): Promise<readonly Method[]> => {
    const known = compiled.get(api.prefix);
    if (known !== undefined) return known;
    const reading = readMethods(api, folder, handlers);
    compiled.set(api.prefix, reading);
    return reading;
  };
  return {
    handle: async (request, response) => {
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const [, prefix = "", ...rest] = url.pathname.split("/");
      const api = catalogue.find((one) => one.prefix === prefix);
      if (api === undefined) return false;
      try {
        const text = await readBody(request);
        const token = readToken(request);
        const match = matchMethod(await methodsOf(api), request.method ?? "GET", rest.join("/"));
        send(response, 200, await answer(store, handlers, api, match, { url, text, token }));
      } catch (error) {
        const shown =
          error instanceof ApiError
            ? error
            : new ApiError("INTERNAL", error instanceof Error ? (error.stack ?? error.message) : String(error));
        send(response, shown.httpCode, renderError(shown, api.errors));
      }
      return true;
    },
  };
}

/** Reads an API's methods; throws when a handler is for a method that Google does not have. */
async function readMethods(api: ApiEntry, folder: string, handlers: Handlers): Promise<readonly Method[]> {
  const descriptions = await Promise.all(api.documents.map((document) => readDescription(folder, document)));
  const methods = descriptions.flatMap(compileMethods);
  const known = new Set(methods.map((method) => method.described.id));
  const names = descriptions.map((description) => `${description.name}.`);
  const stray = Object.keys(handlers).find((id) => names.some((name) => id.startsWith(name)) && !known.has(id));
  if (stray !== undefined) throw new Error(`${stray} is no method of Google's`);
  return methods;
}

async function answer(
  store: Store,
  handlers: Handlers,
  api: ApiEntry,
  match: Match | undefined,
  { url, text, token }: { readonly url: URL; readonly text: string; readonly token: string },
): Promise<JsonObject> {
  if (match === undefined)
    throw new ApiError(
      "NOT_FOUND",
      `The requested URL ${url.pathname} was not found: ${api.service} has no such method.`,
    );
  const { method, parameters, resource } = match;
  checkPath(method, resource);
  const query = canonicalQuery(method, url.searchParams);
  checkQuery(method, query);
  const body = checkBody(method, text);
  const given = projectIn(parameters) ?? "";
  const project = given === "" || given === "-" ? "" : projectOf(store, given).projectId;
  checkLocation(parameters["locationsId"] ?? parameters["region"]);
  if (project !== "") requireEnabled(store, project, api.service);
  const handler = handlers[method.described.id];
  if (handler === undefined) throw new ApiError("UNIMPLEMENTED", `The emulator does not have ${method.described.id}.`);
  return handler({ parameters, resource, query, body, project, token });
}

function projectIn(parameters: Readonly<Record<string, string>>): string | undefined {
  const { projectsId, project, projectId, v1Id, v1Id1 } = parameters;
  return projectsId ?? project ?? projectId ?? (v1Id === "projects" ? v1Id1 : undefined);
}

function readToken(request: IncomingMessage): string {
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token !== undefined) return token;
  throw new ApiError(
    "UNAUTHENTICATED",
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody)
      throw new ApiError("INVALID_ARGUMENT", "Request payload size exceeds the limit: 10485760 bytes.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
}
