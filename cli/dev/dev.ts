import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { secretVariable } from "@lintel/executor";
import { type Bundle, compileFolder } from "@lintel/specs";
import { judge } from "../check/check-folder.ts";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { type LocalExecutor, migrateDatabase, startExecutor } from "../local/executor.ts";
import { type LocalIssuer, startIssuer } from "../local/issuer.ts";
import { localBundle } from "../local/local-bundle.ts";
import { type LocalPostgres, startPostgres } from "../local/postgres.ts";
import { type StandInServer, startStandIns } from "../local/stand-ins.ts";
import { printDiagnostics } from "../test/print-diagnostics.ts";
import { UsageError } from "../usage-error.ts";
import { type Serving, startFront } from "./front.ts";
import { readableLine } from "./readable-line.ts";

export interface DevOptions {
  readonly port: number;
  readonly environment?: string;
  /** Where the database is kept. */
  readonly data?: string;
  readonly databaseUrl?: string;
  /** Ends the run; Ctrl-C by default. */
  readonly signal?: AbortSignal;
}

interface Workshop {
  readonly folder: string;
  readonly options: DevOptions;
  readonly console: Console;
  readonly postgres: LocalPostgres;
  readonly issuer: LocalIssuer;
  readonly standIns: StandInServer;
}

interface Current {
  readonly serving: Serving;
  readonly executor: LocalExecutor;
  readonly digest: string;
}

/** `lintel dev`: serves a folder and what becomes of it, until it is interrupted; resolves to the exit code. */
export async function dev(folder: string, options: DevOptions, console: Console): Promise<number> {
  const data = resolve(options.data ?? join(".lintel", "dev", resolve(folder).replaceAll(/[^\w]+/gu, "-")));
  const ended = new AbortController();
  const end = (): void => ended.abort();
  for (const signal of signals) process.once(signal, end);
  options.signal?.addEventListener("abort", end, { once: true });
  const stops: (() => Promise<void>)[] = [];
  try {
    console.progress?.("starting PostgreSQL");
    const postgres = await startPostgres({ databaseUrl: options.databaseUrl, dataFolder: data });
    stops.push(postgres.stop);
    const [issuer, standIns] = await Promise.all([startIssuer(), startStandIns()]);
    stops.push(issuer.stop, standIns.stop);
    console.progress?.("");
    const workshop: Workshop = { folder, options, console, postgres, issuer, standIns };
    return await serveChanges(workshop, ended.signal, stops);
  } finally {
    for (const stop of stops.reverse()) await stop();
    for (const signal of signals) process.removeListener(signal, end);
  }
}

async function serveChanges(workshop: Workshop, ended: AbortSignal, stops: (() => Promise<void>)[]): Promise<number> {
  const { folder, options, console, issuer } = workshop;
  let current = await replace(workshop, undefined);
  stops.push(async () => current?.executor.drain());
  const front = await startFront(options.port, issuer, () => current?.serving).catch((cause: unknown) => {
    throw new UsageError(`port ${String(options.port)} cannot be listened on; choose another by --port`, { cause });
  });
  stops.push(front.stop);
  console.out(`listening on ${front.url}\n`);
  if (current !== undefined) console.out(greeting(front.url, current.serving));
  for await (const _ of changesOf(folder, ended)) current = await replace(workshop, current);
  return exitCodes.green;
}

/** Ctrl-C, a request to end, a closed terminal. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Milliseconds between looks. */
const interval = 200;

/**
 * One turn for each burst of changes: editors write a file in several steps. The files are looked at again and again, because
 * what watches folders for us goes deaf when a file or the folder itself is replaced.
 */
async function* changesOf(folder: string, ended: AbortSignal): AsyncGenerator<true> {
  let [seen, before] = await Promise.all([signatureOf(folder), signatureOf(folder)]);
  while (!ended.aborted) {
    await setTimeout(interval, undefined, { signal: ended }).catch(() => undefined);
    const now = await signatureOf(folder);
    const isSettled = now === before;
    before = now;
    if (now === seen || !isSettled) continue;
    seen = now;
    yield true;
  }
}

/** Changes whenever a spec file does: paths, inodes, sizes and times of all files below, but those that begin with a dot. */
async function signatureOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."));
  const lines = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    const { ino, size, mtimeMs } = await stat(path).catch(() => ({ ino: 0, size: 0, mtimeMs: 0 }));
    return [path, ino, size, mtimeMs].join(" ");
  });
  return (await Promise.all(lines)).sort().join("\n");
}

/** Serves the folder as it is now; what cannot be served leaves the last good version where it is. */
async function replace(workshop: Workshop, current: Current | undefined): Promise<Current | undefined> {
  const { folder, options, console } = workshop;
  const keeping = current === undefined ? "nothing is served yet" : "the version before is still served";
  const { specs, diagnostics } = await compileFolder(folder, { environment: options.environment });
  if (specs === undefined) {
    console.error(`${printDiagnostics(diagnostics, folder)}${keeping}\n`);
    return current;
  }
  if (specs.bundle.digest === current?.digest) {
    console.out(`still serving ${specs.bundle.digest}\n`);
    return current;
  }
  const { tools, level } = await judge(specs, console.now());
  if (level === "red") {
    const red = tools.flatMap(({ findings }) => findings).filter((finding) => finding.level === "red");
    for (const { rule, tool, message } of red) console.error(`red ${rule} ${tool}: ${message}\n`);
    console.error(`${keeping}; lintel check ${folder} says more\n`);
    return current;
  }
  try {
    const next = await serve(workshop, specs.bundle);
    await current?.executor.drain();
    console.out(`serving ${specs.bundle.digest} (${level}, ${String(specs.bundle.tools.length)} tools)\n`);
    return next;
  } catch (error) {
    // The migration's refusal and the executor's own say what to do.
    console.error(`${error instanceof Error ? error.message : String(error)}\n${keeping}\n`);
    return current;
  }
}

async function serve(workshop: Workshop, compiled: Bundle): Promise<Current> {
  const { console, postgres, issuer, standIns } = workshop;
  const addresses = standIns.add("dev", (call) => {
    console.out(`        stand-in of ${call.provider}: ${call.method} ${call.path} ${JSON.stringify(call.body)}\n`);
    return { status: 200, headers: {}, body: {} };
  });
  const bundle = localBundle(compiled, { issuer, ...addresses });
  const { name, auth, roles } = bundle.workspace;
  const database = `${postgres.prefix}_${name.replaceAll("-", "_")}`;
  if (!(await postgres.hasDatabase(database))) await postgres.createDatabase(database);
  const onLog = (line: string): void => {
    const readable = readableLine(line);
    if (readable !== undefined) console.out(readable);
  };
  await migrateDatabase({ bundle, postgres, database, onLog });
  const secret = (wanted: string): string => process.env[secretVariable(wanted)] ?? `dev-${wanted}`;
  const executor = await startExecutor({ bundle, postgres, database, issuer, secret, onLog });
  const { audience, roleClaim } = auth;
  return {
    executor,
    digest: compiled.digest,
    serving: { url: executor.url, audience, roleClaim, roles, tools: bundle.tools },
  };
}

function greeting(url: string, { roles, tools }: Serving): string {
  const [role = "ROLE"] = roles;
  const get = tools.find(
    ({ trigger }) => trigger.type === "http" && trigger.method === "GET" && !trigger.path.includes("{"),
  );
  const path = get?.trigger.type === "http" ? get.trigger.path : "/";
  const schedule = tools.find(({ trigger }) => trigger.type === "schedule");
  return [
    `a token   curl -s '${url}/_dev/token?role=${role}&sub=me'`,
    `a call    curl -H "Authorization: Bearer $(curl -s '${url}/_dev/token?role=${role}&sub=me')" ${url}${path}`,
    ...(schedule === undefined ? [] : [`a round   curl -X POST ${url}/_dev/run/${schedule.name}`]),
    "",
  ].join("\n");
}
