// Decision: the image is laid out from the executor package's files, found by package resolution, so that no code of the
// executor is loaded into a Pulumi program.
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { needsSqlParser } from "@lintel/policypack/risk";
import { type Bundle, canonicalJson } from "@lintel/specs";
import { RunError } from "@pulumi/pulumi";

/** A folder that an image is built from, and what it holds. */
export interface ImageContext {
  /** Relative to the Pulumi project. */
  readonly folder: string;
  /** Changes whenever anything but the bundle in it does. */
  readonly version: string;
}

/** Writes Dockerfile, executor and bundle below `.lintel/images`; the same specs and executor give the same files. */
export function writeImageContext(workspace: string, bundle: Bundle): ImageContext {
  const folder = join(".lintel", "images", workspace);
  const program = executorFile("dist", "main.mjs");
  const bill = executorFile("dist", "sbom.cdx.json");
  const dockerfile = executorFile("image", "Dockerfile");
  mkdirSync(folder, { recursive: true });
  // PostgreSQL's parser, without which the executor judges no SQL; other images go without it.
  const parser = needsSqlParser(bundle.tools) ? parserFiles.map((name) => executorFile("dist", name)) : [];
  for (const name of parserFiles) rmSync(join(folder, name), { force: true });
  copyFileSync(program, join(folder, "main.mjs"));
  for (const file of parser) copyFileSync(file, join(folder, basename(file)));
  copyFileSync(bill, join(folder, basename(bill)));
  copyFileSync(dockerfile, join(folder, "Dockerfile"));
  writeFileSync(join(folder, "bundle.json"), canonicalJson(bundle));
  // The image has them with this mode, whatever this user's umask is: its own user must be able to read them.
  const names = ["main.mjs", basename(bill), "Dockerfile", "bundle.json", ...parser.map((file) => basename(file))];
  for (const name of names) chmodSync(join(folder, name), 0o644);
  // The bundle's layer holds its file's time, and is to follow from the bundle alone.
  utimesSync(join(folder, "bundle.json"), 0, 0);
  return { folder, version: versionOf([program, bill, dockerfile, ...parser]) };
}

const parserFiles = ["sql-parser.mjs", "libpg-query.wasm"] as const;

function executorFile(...path: readonly string[]): string {
  const file = join(dirname(fileURLToPath(import.meta.resolve("@lintel/executor"))), ...path);
  if (existsSync(file)) return file;
  throw new RunError(
    `the executor is not built, ${path.join("/")} is missing: run "node executor/build.ts", or give \`image\``,
  );
}

function versionOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}
