import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Emulator, type EmulatorOptions, startEmulator } from "@lintel/emulator";

/** An error body of Google's. */
export interface GoogleError {
  readonly code: number;
  readonly message: string;
  readonly status?: string;
  readonly errors?: readonly { readonly reason: string }[];
  readonly details?: readonly Readonly<Record<string, unknown>>[];
}

/** What a test asks of an emulator of its own. */
export interface Google {
  readonly emulator: Emulator;
  readonly folder: string;
  /** Sends a request; `path` begins with an API's prefix. */
  call(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<CallResult>;
  /** Sends a request that must succeed, and answers its body. */
  ok(method: string, path: string, body?: object): Promise<Body>;
  /** Sends a request that must fail, and answers its error. */
  error(method: string, path: string, body?: object): Promise<GoogleError>;
  /** Sends a request that starts an operation, and polls that to its end. */
  operate(method: string, path: string, body?: object): Promise<Body>;
  /** Adds a member to a role in a resource's policy. */
  grant(path: string, role: string, member: string): Promise<void>;
  enable(...services: readonly string[]): Promise<void>;
  /** Ends the emulator and starts another one on the same state. */
  restart(): Promise<Google>;
  stop(): Promise<void>;
}

export interface CallResult {
  readonly status: number;
  readonly body: Body;
}

/** A JSON object of which tests read members by path. */
export interface Body {
  readonly [key: string]: unknown;
}

/** Project and region of all tests. */
export const project = "emulator-demo";
export const location = `projects/${project}/locations/europe-west1`;

/** Digest of the image of `fixtures/image`. */
export const image = `europe-docker.pkg.dev/${project}/images/app@sha256:${"a".repeat(64)}`;

const fixture = fileURLToPath(new URL("fixtures/image", import.meta.url));

/** Starts an emulator with a state folder of its own and the fixture as its only image. */
export async function startGoogle(options: Partial<EmulatorOptions> = {}): Promise<Google> {
  const folder = mkdtempSync(join(tmpdir(), "lintel-emulator-"));
  // PostgreSQL runs as another user when the tests run as root, and keeps its data below.
  chmodSync(folder, 0o711);
  const images = join(folder, "images", `sha256-${"a".repeat(64)}`);
  mkdirSync(images, { recursive: true });
  cpSync(fixture, images, { recursive: true });
  return open(folder, options);
}

/** Adds an image that runs `script` with Node; answers its reference. */
export function addImage(google: Google, digit: string, script: string): string {
  const folder = join(google.folder, "images", `sha256-${digit.repeat(64)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "image.json"), JSON.stringify({ command: ["node", "main.mjs"] }));
  writeFileSync(join(folder, "main.mjs"), script);
  return `europe-docker.pkg.dev/${project}/images/other@sha256:${digit.repeat(64)}`;
}

async function open(folder: string, options: Partial<EmulatorOptions>): Promise<Google> {
  const emulator = await startEmulator({ state: join(folder, "state"), images: join(folder, "images"), ...options });
  const call = async (
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<CallResult> => {
    const response = await fetch(`${emulator.url}/${path}`, {
      method,
      headers: { authorization: "Bearer deployer", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const ok = async (method: string, path: string, body?: object): Promise<Body> => {
    const answer = await call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    emulator,
    folder,
    call,
    ok,
    error: async (method, path, body) => {
      const answer = await call(method, path, body);
      if (answer.status < 400) throw new Error(`${method} ${path} succeeded: ${JSON.stringify(answer.body)}`);
      return answer.body["error"] as GoogleError;
    },
    operate: async (method, path, body) => poll(ok, path, await ok(method, path, body)),
    grant: async (path, role, member) => {
      const verb = path.startsWith("run/") || path.startsWith("secretmanager/") ? "GET" : "POST";
      const policy = await ok(verb, `${path}:getIamPolicy`);
      const bindings = [...((policy["bindings"] ?? []) as readonly object[]), { role, members: [member] }];
      await ok("POST", `${path}:setIamPolicy`, { policy: { ...policy, bindings } });
    },
    enable: async (...services) => {
      for (const service of services) {
        await poll(
          ok,
          "serviceusage/v1/",
          await ok("POST", `serviceusage/v1/projects/${project}/services/${service}.googleapis.com:enable`, {}),
        );
      }
    },
    restart: async () => {
      await emulator.stop();
      return open(folder, options);
    },
    stop: async () => {
      await emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Polls as each family does: by the operation's name, or at its own link. */
async function poll(ok: Google["ok"], path: string, started: Body): Promise<Body> {
  const [prefix, version] = path.split("/");
  const link = started["selfLink"];
  const at =
    typeof link === "string"
      ? new URL(link).pathname.slice(1)
      : `${prefix ?? ""}/${version ?? ""}/${String(started["name"])}`;
  for (;;) {
    const operation = await ok("GET", at);
    if (operation["done"] === true || operation["status"] === "DONE") return operation;
  }
}

/** Creates a service account; answers its email. */
export async function createAccount(google: Google, accountId: string): Promise<string> {
  return String((await google.ok("POST", `iam/v1/projects/${project}/serviceAccounts`, { accountId }))["email"]);
}

/** A Cloud Run service's body with the fixture image. */
export function serviceBody(account: string, environment: readonly object[] = [], container: object = {}): Body {
  const startupProbe = { httpGet: { path: "/readyz" }, periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 1 };
  return {
    template: { serviceAccount: account, containers: [{ image, env: environment, startupProbe, ...container }] },
  };
}
