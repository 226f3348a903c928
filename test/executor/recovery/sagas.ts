// A saga with a charge, a row and an order, and what a test needs to end its executor in the middle of it.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "@lintel/specs";
import { createLogger, readSettings, runMigration } from "../../../executor/index.ts";
import { compileBookings } from "../bookings.ts";
import { roles } from "../database/start-postgres.ts";
import { type Housekeeping, startHousekeeping } from "../housekeeping.ts";
import { type StripeStandIn, startStripe } from "../stand-ins/stripe.ts";
import { type Bookings, type Reply, request, startBookings } from "../start-bookings.ts";
import { type ExecutorProcess, startProcess } from "../start-process.ts";
import { waitUntil } from "../wait-until.ts";

const secret = "sk_test_very-secret";

const input =
  "input: { type: object, additionalProperties: false, required: [number], properties: { number: { type: string, maxLength: 20 } } }";

export const tool = (name: string, flow: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
${input}
output: { type: object, properties: { charge: { type: [string, 'null'] }, room: { type: [string, 'null'] } } }
flow:
${flow}
respond: { charge: "\${nodes.charge.id}", room: "\${nodes.room.id}" }
`;

export const charge = `  - { id: charge, type: payment, operation: charge, amount: '\${money(1250, "EUR")}', timeout: 20s, compensate: { operation: refund, charge: "\${nodes.charge.id}" } }`;

export const book = (after: string): string => `  - id: book
    type: transaction
    after: [${after}]
    nodes:
      - { id: room, type: write, action: create, entity: Room, values: { number: "\${input.number}", beds: 1, nightlyRate: '\${money(100, "EUR")}' } }`;

export const order = `  - { id: order, type: http, after: [book], provider: housekeeping, method: POST, url: /cleanings, timeout: 20s, body: { room: "\${nodes.room.id}" }, compensate: { method: DELETE, url: "/cleanings/\${nodes.room.id}" } }`;

const files: Readonly<Record<string, string>> = {
  "tools/saga.yaml": tool("saga", `${charge}\n${book("charge")}\n${order}`),
  "tools/doomed.yaml": tool(
    "doomed",
    `${charge}\n  - { id: fits, type: assert, after: [charge], expr: 'input.number == "never"', message: it never fits }\n${book("fits")}`,
  ),
};

export interface Sagas {
  readonly bookings: Bookings;
  readonly stripe: StripeStandIn;
  readonly housekeeping: Housekeeping;
  /** Begins a call that is not expected to be answered. */
  begin(name: string, number: string): void;
  call(name: string, number: string): Promise<Reply>;
  /** Kills the executor and starts another, which finds the leases of the first run out. */
  killAndRestart(): Promise<void>;
  /** The same, with another bundle, which is migrated to in between; answers its digest. */
  killAndDeploy(more: Readonly<Record<string, string>>): Promise<string>;
  request(method: string, path: string, token: string): Promise<Reply>;
  /** Asks the executor for a sweep, as the schedule does. */
  sweep(): Promise<Reply>;
  state(number: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  stop(): Promise<void>;
}

/** What a test adds to the two sagas. */
export interface MoreSagas {
  readonly settings?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly providers?: readonly string[];
  readonly limits?: string;
}

export async function startSagas(more: MoreSagas = {}): Promise<Sagas> {
  const [stripe, housekeeping] = await Promise.all([startStripe(secret), startHousekeeping()]);
  // Under another name than the other service's, or the order would be a payment by plain http.
  const baseUrl = stripe.url.replace("127.0.0.1", "localhost");
  const providers = [
    ...(more.providers ?? []),
    `stripe: { type: payment, api: stripe, baseUrl: "${baseUrl}", secret: stripe-key }`,
  ];
  const bookings = await startBookings({
    files: { ...files, ...more.files },
    providers,
    housekeeping: housekeeping.url,
    settings: { LINTEL_SECRET_STRIPE_KEY: secret, ...more.settings },
    ...(more.limits === undefined ? {} : { limits: more.limits }),
  });
  await bookings.drain();
  const { superuser } = bookings;
  const admin = new URL(bookings.environment["LINTEL_DATABASE_URL"] ?? "");
  admin.username = encodeURIComponent(roles.admin);
  let environment = {
    ...bookings.environment,
    LINTEL_ADMIN_ROLE: "operator",
    LINTEL_ADMIN_DATABASE_URL: admin.href,
  } as Readonly<Record<string, string>>;
  const token = await bookings.agent();
  const program = join(import.meta.dirname, "..", "..", "..", "executor", "main.ts");
  let running: ExecutorProcess = await startProcess(program, environment);
  const scheduler = {
    iss: bookings.issuer.url,
    aud: "https://schedules.test",
    email: "scheduler@project.iam.gserviceaccount.com",
    email_verified: true,
  };
  const call = (name: string, number: string): Promise<Reply> =>
    request(`${running.url}/${name}`, "POST", { token, body: { number }, headers: { "Idempotency-Key": number } });
  const kill = async (): Promise<void> => {
    await running.end("SIGKILL");
    const lapsed = `UPDATE lintel.executions SET lease_until = now() - interval '1 second' WHERE lease_until < 'infinity'`;
    await superuser.query(lapsed);
  };
  return {
    bookings,
    stripe,
    housekeeping,
    call,
    begin: (name, number) => void call(name, number).catch(() => undefined),
    killAndRestart: async () => {
      await kill();
      running = await startProcess(program, environment);
    },
    killAndDeploy: async (changed) => {
      await kill();
      const all = { ...files, ...changed };
      const next = compileBookings({
        issuer: bookings.issuer.url,
        files: all,
        providers,
        housekeeping: housekeeping.url,
      });
      const path = join(await mkdtemp(join(tmpdir(), "lintel-next-")), "bundle.json");
      await writeFile(path, canonicalJson(next));
      environment = { ...environment, LINTEL_BUNDLE: pathToFileURL(path).href, LINTEL_BUNDLE_DIGEST: next.digest };
      const migrator = new URL(environment["LINTEL_DATABASE_URL"] ?? "");
      migrator.username = encodeURIComponent(roles.migrator);
      await runMigration({
        settings: readSettings({ ...environment, LINTEL_DATABASE_URL: migrator.href }),
        log: createLogger("silent"),
        defaultBundleUrl: pathToFileURL(path).href,
        executorUser: roles.executor,
        adminUser: roles.admin,
      });
      running = await startProcess(program, environment);
      return next.digest;
    },
    request: (method, path, as) => request(`${running.url}${path}`, method, { token: as }),
    sweep: async () =>
      request(`${running.url}/_lintel/sweep`, "POST", { token: await bookings.issuer.token(scheduler) }),
    state: async (number) => {
      const text = `SELECT e.state, e.reason, e.attempt, e.finished_at FROM lintel.executions e JOIN lintel.idempotency_keys k ON k.execution_id = e.id WHERE k.key = $1`;
      return (await superuser.query(text, [number])).rows[0] as Readonly<Record<string, unknown>> | undefined;
    },
    stop: async () => {
      await running.end("SIGKILL");
      await Promise.all([bookings.stop(), stripe.stop(), housekeeping.stop()]);
    },
  };
}

/** Waits until an execution is in a state. */
export async function reached(sagas: Sagas, number: string, state: string): Promise<void> {
  await waitUntil(async () => (await sagas.state(number))?.["state"] === state);
}
