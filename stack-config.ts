import { existsSync } from "node:fs";
import { basename } from "node:path";
import type {
  AdminOptions,
  DatabaseOptions,
  ImageBuild,
  KeySource,
  SecretSource,
  ServiceOptions,
  SweeperOptions,
  WorkspaceArgs,
} from "@lintel/components";
import { Config, type Output, RunError } from "@pulumi/pulumi";

/** A spec folder and the name under which it is deployed. */
export interface DeployedFolder {
  readonly name: string;
  readonly folder: string;
}

type ByWorkspace<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** What the stack's configuration says; `pulumi config set KEY VALUE` sets it. */
export interface StackConfig {
  readonly project: string;
  readonly region: string;
  /** `lintel:specs`: one folder, or several as JSON; the folder's own name, or `lintel:name`, names the workspace. */
  readonly folders: readonly DeployedFolder[];
  /** `lintel:environment`, `lintel:image`, `lintel:deletionProtection` (true by default), `lintel:deployedBy`. */
  readonly environment: string | undefined;
  readonly image: string | undefined;
  /** `lintel:baseImage`, `lintel:registry` (HOST:PORT on loopback): how the image is built where `lintel:image` names none. */
  readonly build: ImageBuild;
  readonly deletionProtection: boolean;
  readonly deployedBy: string | undefined;
  /** `lintel:labels`, `database`, `service`, `admin`, `sweeper`, `traceKey`, `auditKey`: JSON of the options of that name. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly database: DatabaseOptions | undefined;
  readonly service: ServiceOptions | undefined;
  readonly admin: AdminOptions | undefined;
  readonly sweeper: SweeperOptions | false | undefined;
  readonly traceKey: KeySource | undefined;
  readonly auditKey: KeySource | true | undefined;
  /** `lintel:secrets` (`--secret --path lintel:secrets.WORKSPACE.NAME VALUE`), seen when `lintel:secretRevision` rises. */
  readonly secretValues: Output<ByWorkspace<string>> | undefined;
  readonly secretRevision: number;
  /** `lintel:secretVersions` (`--path lintel:secretVersions.WORKSPACE.NAME VERSION`) for values added out of band. */
  readonly secretVersions: ByWorkspace<string | number> | undefined;
}

/** @throws RunError that names every setting which is missing or cannot be right, and how to set it. */
export function readStackConfig(): StackConfig {
  const lintel = new Config("lintel");
  const gcp = new Config("gcp");
  const problems: string[] = [];
  const required = (key: string, value: string | undefined, example: string): string => {
    if (value === undefined) problems.push(`${key} is not set: pulumi config set ${key} ${example}`);
    return value ?? "";
  };
  const config: StackConfig = {
    project: required("gcp:project", gcp.get("project"), "my-project"),
    region: required("gcp:region", gcp.get("region"), "europe-west1"),
    folders: foldersOf(required("lintel:specs", lintel.get("specs"), "examples/reservations"), lintel.get("name")),
    environment: lintel.get("environment"),
    image: lintel.get("image"),
    build: buildOf(lintel.get("baseImage"), lintel.get("registry")),
    deletionProtection: lintel.getBoolean("deletionProtection") ?? true,
    deployedBy: lintel.get("deployedBy"),
    labels: lintel.getObject("labels"),
    database: lintel.getObject("database"),
    service: lintel.getObject("service"),
    admin: lintel.getObject("admin"),
    sweeper: lintel.getObject("sweeper"),
    traceKey: lintel.getObject("traceKey"),
    auditKey: lintel.getObject("auditKey"),
    secretValues: lintel.getSecretObject("secrets"),
    secretRevision: lintel.getNumber("secretRevision") ?? 1,
    secretVersions: lintel.getObject("secretVersions"),
  };
  problems.push(...config.folders.flatMap(problemOf), ...clashes(config.folders), ...imageProblems(config));
  if (problems.length > 0) throw new RunError(problems.join("\n"));
  return config;
}

/** The arguments of one workspace. */
export function workspaceArgs(config: StackConfig, { name, folder }: DeployedFolder): WorkspaceArgs {
  const { environment, image, deployedBy, labels, database, service, admin, sweeper, traceKey, auditKey } = config;
  return {
    specs: folder,
    project: config.project,
    region: config.region,
    deletionProtection: config.deletionProtection,
    secrets: (secret) => secretSource(config, name, secret),
    ...(environment === undefined ? {} : { environment }),
    ...(image === undefined ? { build: config.build } : { image }),
    ...(deployedBy === undefined ? {} : { deployedBy }),
    ...(labels === undefined ? {} : { labels }),
    ...(database === undefined ? {} : { database }),
    ...(service === undefined ? {} : { service }),
    ...(admin === undefined ? {} : { admin }),
    ...(sweeper === undefined ? {} : { sweeper }),
    ...(traceKey === undefined ? {} : { traceKey }),
    ...(auditKey === undefined ? {} : { auditKey }),
  };
}

function foldersOf(specs: string, name: string | undefined): readonly DeployedFolder[] {
  const folders = parseFolders(specs);
  return folders.map((folder) => ({
    folder,
    name: folders.length === 1 && name !== undefined ? name : basename(folder),
  }));
}

function parseFolders(specs: string): readonly string[] {
  if (!specs.trimStart().startsWith("[")) return specs === "" ? [] : [specs];
  try {
    return JSON.parse(specs) as readonly string[];
  } catch {
    throw new RunError(`lintel:specs is no list: write it as '["one/folder", "another/folder"]'`);
  }
}

function problemOf({ folder }: DeployedFolder): readonly string[] {
  return existsSync(folder) ? [] : [`lintel:specs names ${folder}, which is not there`];
}

function clashes(folders: readonly DeployedFolder[]): readonly string[] {
  const names = folders.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return twice.map((name) => `lintel:specs has two folders named ${name}: rename one`);
}

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/;

/** Cloud Run pulls from Artifact Registry only, so any other registry is one for tests: it asks for no password. */
function buildOf(base: string | undefined, registry: string | undefined): ImageBuild {
  return {
    ...(base === undefined ? {} : { base }),
    ...(registry === undefined ? {} : { registry, isOpenRegistry: true }),
  };
}

function imageProblems({ image, build: { base, registry } }: StackConfig): readonly string[] {
  const problems: string[] = [];
  if (image !== undefined && (base !== undefined || registry !== undefined)) {
    problems.push(
      "lintel:image names an image that is built already: remove it, or lintel:baseImage and lintel:registry",
    );
  }
  if (registry !== undefined && !loopback.test(registry)) {
    problems.push(
      `lintel:registry is ${registry}: write the HOST:PORT of a registry on loopback, or remove it for Artifact Registry`,
    );
  }
  return problems;
}

function secretSource(config: StackConfig, workspace: string, name: string): SecretSource {
  const version = config.secretVersions?.[workspace]?.[name];
  if (version !== undefined) return { version: String(version) };
  const command = `pulumi config set --secret --path 'lintel:secrets.${workspace}.${name}' VALUE`;
  const missing = (): never => {
    throw new RunError(`secret "${name}" of the workspace "${workspace}" has no value: ${command}`);
  };
  const value = config.secretValues?.apply((values) => values[workspace]?.[name] ?? missing());
  return { value: value ?? missing(), revision: config.secretRevision };
}
