import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const sources = join(import.meta.dirname, "..", "peers");
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "lintel", "bench");

/**
 * Copies a peer into the cache, which is outside the checkout, and installs what it needs there from the package registry;
 * scripts of packages do not run, so nothing is fetched from elsewhere. Returns its folder. @throws what npm or `prepare` says
 */
export function installPeer(name: string, prepare?: (folder: string) => void): string {
  const folder = join(cache, name);
  const wanted = createHash("sha256")
    .update(readFileSync(join(sources, name, "package.json")))
    .digest("hex");
  const mark = join(folder, ".installed");
  const isInstalled = existsSync(mark) && readFileSync(mark, "utf8") === wanted;
  if (!isInstalled) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(sources, name), folder, { recursive: true });
  if (isInstalled) return folder;
  run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], folder);
  prepare?.(folder);
  writeFileSync(mark, wanted);
  return folder;
}

/** Runs a command in a peer's folder. @throws Error with what it printed */
export function run(
  command: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): void {
  try {
    execFileSync(command, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: "pipe",
      encoding: "utf8",
    });
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { readonly stderr?: string; readonly stdout?: string };
    const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-12).join("\n");
    throw new Error(`${command} ${args.join(" ")}: ${said}`, { cause: error });
  }
}
