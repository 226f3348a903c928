import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLogger, type RunningServer, readSettings, startServer } from "../../executor/index.ts";
import { type Housekeeping, startHousekeeping } from "../executor/housekeeping.ts";
import { type Bookings, startBookings } from "../executor/start-bookings.ts";

const folder = join(import.meta.dirname, "fixtures");

/** The specs of the stories, which stand beside the bookings. */
export const storyFiles: Readonly<Record<string, string>> = Object.fromEntries(
  ["entities", "tools"].flatMap((kind) =>
    readdirSync(join(folder, kind)).map(
      (name) => [`${kind}/${name}`, readFileSync(join(folder, kind, name), "utf8")] as const,
    ),
  ),
);

export interface WorkspaceOptions {
  /** Ports and URLs of providers; where nothing listens by default. */
  readonly mailPort?: number;
  /** Instead of the stand-in that comes with the workspace. */
  readonly housekeeping?: string;
  readonly stripe?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly limits?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Flags of postgres(1). */
  readonly postgres?: readonly string[];
}

export const providerSecret = "sk_test_stories-secret";

/** The workspace on a PostgreSQL of its own, with a service that its flows call. */
export interface Workspace extends Bookings {
  readonly housekeeping: Housekeeping;
  /** A further instance on the same database; it is drained with the rest. */
  instance(settings?: Readonly<Record<string, string>>): Promise<RunningServer>;
}

export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const { mailPort = 9, stripe = "http://127.0.0.1:9", files = {}, settings = {}, ...rest } = options;
  const housekeeping = await startHousekeeping();
  const template = '{ subject: "Hello ${values.name}", text: "Hello ${values.name}" }';
  const providers = [
    `mail: { type: email, url: "smtp://127.0.0.1:${String(mailPort)}", from: "Hotel <desk@hotel.example>", templates: { hello: ${template} } }`,
    `stripe: { type: payment, api: stripe, baseUrl: "${stripe}", secret: stripe-key }`,
  ];
  const bookings = await startBookings({
    housekeeping: housekeeping.url,
    ...rest,
    providers,
    files: { ...storyFiles, ...files },
    settings: { LINTEL_SECRET_STRIPE_KEY: providerSecret, ...settings },
  });
  const instances: RunningServer[] = [];
  return {
    ...bookings,
    housekeeping,
    instance: async (more = {}) => {
      const log = createLogger("info", { write: (line: string) => void (bookings.logs as string[]).push(line) });
      const given = readSettings({ ...bookings.environment, ...more });
      const server = await startServer({ settings: given, log, defaultBundleUrl: "", host: "127.0.0.1" });
      instances.push(server);
      return server;
    },
    stop: async () => {
      await Promise.all(instances.map((server) => server.drain()));
      await bookings.stop();
      await housekeeping.stop();
    },
  };
}

/** Lines of the log, parsed. */
export function linesOf({ logs }: Bookings): readonly Readonly<Record<string, unknown>>[] {
  return logs.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
