import type { Json, JsonObject } from "./api/json.ts";
import type { Keys } from "./identity/keys.ts";
import type { Policies } from "./identity/policies.ts";
import type { Tokens } from "./identity/tokens.ts";
import type { ContainerRuntime } from "./run/container-runtime.ts";
import type { DatabaseServers } from "./sql/database-servers.ts";
import type { Operations } from "./state/operations.ts";
import type { Store } from "./state/store.ts";

/** What every handler may use. */
export interface World {
  /** `http://127.0.0.1:PORT`, without trailing slash. */
  readonly url: string;
  readonly store: Store;
  readonly operations: Operations;
  readonly policies: Policies;
  readonly keys: Keys;
  readonly tokens: Tokens;
  readonly runtime: ContainerRuntime;
  readonly databases: DatabaseServers;
  /** Host and port that stand for Artifact Registry's Docker host; undefined keeps Google's name. */
  readonly registry: string | undefined;
}

/** One checked request. */
export interface Call {
  /** Path parameters by their names in the description's `flatPath`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Full resource name from `{+name}` or `{+parent}`. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** Project id; "" where the path names none. */
  readonly project: string;
  /** The bearer token of who asks. */
  readonly token: string;
}

/** Answers one method of Google's; throws ApiError. */
type Handler = (call: Call) => JsonObject | Promise<JsonObject>;

/** Handlers by method id of the discovery documents. */
export type Handlers = Readonly<Record<string, Handler>>;

/** A path or query parameter that the description makes sure is there. */
export function parameter(call: Call, name: string): string {
  return call.parameters[name] ?? call.query.get(name) ?? "";
}

/** A string member of a checked body. */
export function text(body: JsonObject, name: string): string {
  const value: Json | undefined = body[name];
  return typeof value === "string" ? value : "";
}
