import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { resolve } from "node:path";
import { endpointsOf } from "./api/catalogue.ts";
import { locateDescriptions } from "./api/descriptions.ts";
import { openApiServer } from "./api/serve.ts";
import { openKeys } from "./identity/keys.ts";
import { openPolicies } from "./identity/policies.ts";
import { openTokens } from "./identity/tokens.ts";
import type { ContainerRuntime } from "./run/container-runtime.ts";
import { dockerRuntime } from "./run/docker-runtime.ts";
import type { RunningTasks } from "./run/execution.ts";
import { freePort } from "./run/free-port.ts";
import { logFileOf } from "./run/instance.ts";
import { processRuntime } from "./run/process-runtime.ts";
import { openServiceRunner } from "./run/service-runner.ts";
import { openScheduler } from "./schedule/scheduler.ts";
import { allHandlers } from "./services/all-handlers.ts";
import { failInterruptedExecutions } from "./services/run-executions.ts";
import { restartServices } from "./services/service-rollout.ts";
import { loginRules } from "./services/sql-logins.ts";
import { followTokens, refreshIamPasswords } from "./services/sql-users.ts";
import { openDatabaseServers } from "./sql/database-servers.ts";
import { openOperations } from "./state/operations.ts";
import { openStore, type Store } from "./state/store.ts";
import type { World } from "./world.ts";

/** What an emulator is started with; only `state` is needed. */
export interface EmulatorOptions {
  /** Folder of everything it keeps. */
  readonly state: string;
  /** TCP port on 127.0.0.1; absent or 0 takes the one it had before, else a free one. */
  readonly port?: number;
  /** A PostgreSQL server (superuser's URL) in place of one per Cloud SQL instance. */
  readonly postgres?: string;
  /** Folder of process images (`sha256-DIGEST/image.json`). */
  readonly images?: string;
  /** Docker engine that runs containers (`unix:///...`); absent runs them as processes. */
  readonly docker?: string;
  /** Host and port that stand for Artifact Registry's Docker host. */
  readonly registry?: string;
  /** Polls of a long-running operation that answer "pending" at least; 0 by default. */
  readonly pendingPolls?: number;
}

/** A running emulator. */
export interface Emulator {
  readonly url: string;
  /** Custom endpoint arguments of the Google provider. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What `gcp.accessToken` can be; any non-empty token is taken. */
  readonly accessToken: string;
  /** Issuer of the identity tokens, in place of https://accounts.google.com. */
  readonly issuer: string;
  readonly jwksUrl: string;
  /** An identity token of a service account, as `gcloud auth print-identity-token` gives one. */
  identityToken(email: string, audience: string): Promise<string>;
  /** A service account's access token, as its metadata server gives it: a database user's password, too. */
  serviceAccountToken(email: string): Promise<string>;
  /** Everything that the containers of a service or a job have written. */
  logs(name: string): string;
  /** Ends containers, databases and servers; the state stays. */
  stop(): Promise<void>;
}

/** How long a poll of an operation may wait for its end, in milliseconds. */
const holdPoll = 20_000;

function portOf(store: Store, wanted: number | undefined): Promise<number> | number {
  if (wanted !== undefined && wanted !== 0) return wanted;
  return store.collection<number>("ports").get("emulator") ?? freePort();
}

function runtimeOf(options: EmulatorOptions, store: Store): ContainerRuntime {
  return options.docker === undefined
    ? processRuntime(options.images, store)
    : dockerRuntime(options.docker, store.folder);
}

async function openWorld(options: EmulatorOptions, store: Store, url: string): Promise<World> {
  const keys = await openKeys(store);
  return {
    url,
    store,
    keys,
    operations: openOperations(store, { pendingPolls: options.pendingPolls ?? 0, holdPoll }),
    policies: openPolicies(store),
    tokens: openTokens(store, keys, url),
    runtime: runtimeOf(options, store),
    databases: openDatabaseServers(store, options.postgres),
    registry: options.registry,
  };
}

/** Starts Google Cloud on loopback, with what an earlier emulator of the same state folder left. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const store = openStore(resolve(options.state));
  const port = await portOf(store, options.port);
  store.collection<number>("ports").put("emulator", port);
  const url = `http://127.0.0.1:${String(port)}`;
  const world = await openWorld(options, store, url);
  const running: RunningTasks = new Set();
  const runner = openServiceRunner(world);
  const scheduler = openScheduler(world);
  const rules = loginRules(world);
  followTokens(world);
  failInterruptedExecutions(world);
  await world.runtime.clean();
  const handlers = allHandlers(world, { running, runner, scheduler, rules });
  const server = await listen(world, openApiServer(store, handlers, await locateDescriptions()), port);
  await world.databases.restart(rules);
  await refreshIamPasswords(world);
  await restartServices(world, runner);
  for (const [name] of store.collection("schedulerJobs").list()) scheduler.refresh(name);
  return {
    url,
    endpoints: endpointsOf(url),
    accessToken: "ya29.emulator-deployer",
    issuer: url,
    jwksUrl: `${url}/oauth2/v3/certs`,
    identityToken: (email, audience) => world.tokens.identity(email, audience),
    serviceAccountToken: async (email) => (await world.tokens.access(email)).token,
    logs: (name) => readLog(store.folder, name),
    stop: async () => {
      scheduler.stop();
      server.close();
      server.closeAllConnections();
      await Promise.all([runner.stop(), ...[...running].map((container) => container.stop(1000))]);
      await world.operations.settle();
      await world.databases.stop();
    },
  };
}

function readLog(folder: string, name: string): string {
  const file = logFileOf(folder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

async function listen(world: World, apis: ReturnType<typeof openApiServer>, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(world, apis, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", done);
  });
  return server;
}

async function answer(
  world: World,
  apis: ReturnType<typeof openApiServer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (await apis.handle(request, response)) return;
  const documents: Readonly<Record<string, object>> = {
    "/oauth2/v3/certs": { keys: [world.keys.publicJwk] },
    "/.well-known/openid-configuration": {
      issuer: world.url,
      jwks_uri: `${world.url}/oauth2/v3/certs`,
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
    },
  };
  const document = documents[new URL(request.url ?? "/", world.url).pathname];
  if (document === undefined) response.writeHead(404).end("The emulator serves nothing here.\n");
  else
    response
      .writeHead(200, { "content-type": "application/json", "cache-control": "public, max-age=300" })
      .end(JSON.stringify(document));
}
