import type { JsonObject, JsonValue } from "../json.ts";
import type { Auth, Defaults, EmailProvider, Limits, Provider, Workspace } from "../language/workspace.ts";
import type { Path, Report } from "../load/report.ts";
import { byName } from "./by-name.ts";
import { compact } from "./compact.ts";
import { type AuthoredRetry, compileRetry, durationOf, optionalDuration } from "./durations.ts";
import { overlayEnvironment } from "./overlay-environment.ts";

interface AuthoredRate {
  readonly requests: number;
  readonly per: string;
}

export interface AuthoredProvider {
  readonly type: "payment" | "email" | "http";
  readonly api?: "stripe";
  readonly baseUrl?: string;
  readonly url?: string;
  readonly from?: string;
  readonly templates?: EmailProvider["templates"];
  readonly secret?: string;
  readonly rateLimit?: AuthoredRate;
  readonly auth?: { readonly header: string; readonly prefix?: string };
  readonly idempotencyKeys?: boolean;
  readonly network?: "public" | "private";
}

export interface AuthoredOverrides {
  readonly region?: string;
  readonly auth?: Partial<Auth>;
  readonly providers?: Readonly<Record<string, Partial<AuthoredProvider>>>;
  readonly limits?: {
    readonly bodySize?: number | string;
    readonly executionTime?: string;
    readonly externalCalls?: number;
    readonly rateLimit?: AuthoredRate;
  };
  readonly values?: Readonly<Record<string, JsonValue>>;
}

export interface AuthoredWorkspace extends AuthoredOverrides {
  readonly name: string;
  readonly description?: string;
  readonly region: string;
  readonly roles?: readonly string[];
  readonly auth: Partial<Auth> & { readonly issuer: string; readonly audience: string };
  readonly providers?: Readonly<Record<string, AuthoredProvider>>;
  readonly defaults?: {
    readonly timeout?: string;
    readonly retry?: AuthoredRetry;
    readonly rowLimit?: number;
    readonly pageSize?: number;
  };
  readonly environments?: Readonly<Record<string, AuthoredOverrides>>;
}

/** The workspace with one environment's values; its secrets are those of its providers only. */
export function compileWorkspace(value: JsonValue, environment: string | undefined, report: Report): Workspace {
  const written = value as JsonObject as unknown as AuthoredWorkspace;
  const { authored, overridden } = overlayEnvironment(written, environment, report);
  duplicates(authored.roles ?? [], "roles", report);
  const auth = compileAuth(authored.auth, overridden, report);
  const declared = Object.entries(authored.providers ?? {});
  for (const [name, provider] of declared) {
    const key = provider.url === undefined ? "baseUrl" : "url";
    const path = overridden(["providers", name, key]);
    if (holdsPassword(urlOf(provider))) report("credentials-in-url", path, { name });
  }
  const providers = declared.map(([name, provider]) =>
    compileProvider(name, provider, urlOf(written.providers?.[name])),
  );
  return compact<Workspace>({
    name: authored.name,
    description: authored.description,
    region: authored.region,
    roles: authored.roles ?? [],
    auth,
    providers: byName(providers),
    secrets: [...new Set(providers.flatMap(({ secret }) => secret ?? []))].sort(),
    defaults: compileDefaults(authored.defaults ?? {}),
    limits: compileLimits(authored.limits ?? {}),
    values: authored.values ?? {},
    environment: environment ?? "default",
  });
}

/** A bundle is no place for a secret: it is in the image, in the state and in every export. */
function holdsPassword(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && new URL(url).password !== "";
}

function duplicates(names: readonly string[], list: string, report: Report): void {
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) report("duplicate-item", [list, index], { name, list });
  });
}

function compileAuth(authored: AuthoredWorkspace["auth"], overridden: (path: Path) => Path, report: Report): Auth {
  for (const key of ["issuer", "jwks"] as const) {
    const url = authored[key];
    if (url !== undefined && !isSafe(url)) report("insecure-url", overridden(["auth", key]), { name: key });
  }
  return compact<Auth>({
    issuer: authored.issuer,
    audience: authored.audience,
    jwks: authored.jwks,
    roleClaim: authored.roleClaim ?? "roles",
    algorithms: authored.algorithms ?? ["RS256", "PS256", "ES256", "EdDSA"],
  });
}

/** Keys that travel in the clear could be anyone's; on loopback nobody stands between. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

type ProviderBase = Pick<Provider, "name" | "secret" | "rateLimit" | "declaredUrl">;

function urlOf(authored: AuthoredProvider | undefined): string | undefined {
  return authored?.url ?? authored?.baseUrl;
}

function compileProvider(name: string, authored: AuthoredProvider, declared: string | undefined): Provider {
  const { type, secret, rateLimit } = authored;
  const base = compact<ProviderBase>({
    name,
    secret,
    rateLimit: compileRate(rateLimit),
    declaredUrl: declared === urlOf(authored) ? undefined : declared,
  });
  if (type === "payment")
    return { ...base, type, api: "stripe", baseUrl: authored.baseUrl ?? "https://api.stripe.com" };
  if (type === "email") {
    const { url = "", from = "", templates } = authored;
    return { ...base, type, url, from, ...(templates === undefined ? {} : { templates }) };
  }
  const { auth } = authored;
  return {
    ...base,
    type,
    baseUrl: authored.baseUrl ?? "",
    ...(auth === undefined ? {} : { auth: { header: auth.header, prefix: auth.prefix ?? "" } }),
    idempotencyKeys: authored.idempotencyKeys ?? false,
    ...(authored.network === "private" ? { network: "private" } : {}),
  };
}

function compileDefaults(authored: NonNullable<AuthoredWorkspace["defaults"]>): Defaults {
  return compact<Defaults>({
    timeout: optionalDuration(authored.timeout),
    retry: authored.retry === undefined ? undefined : compileRetry(authored.retry),
    rowLimit: authored.rowLimit,
    pageSize: authored.pageSize,
  });
}

const byteUnits: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 * 1024 };

function compileLimits(authored: NonNullable<AuthoredOverrides["limits"]>): Limits {
  const size = authored.bodySize ?? "1MiB";
  const [, count, unit] = /^(\d+)(\D+)$/.exec(String(size)) ?? [];
  return compact<Limits>({
    bodySize: typeof size === "number" ? size : Number(count) * (byteUnits[unit ?? ""] ?? 1),
    executionTime: durationOf(authored.executionTime ?? "30s"),
    externalCalls: authored.externalCalls ?? 20,
    rateLimit: compileRate(authored.rateLimit),
  });
}

function compileRate(authored: AuthoredRate | undefined): Limits["rateLimit"] {
  return authored === undefined ? undefined : { requests: authored.requests, per: durationOf(authored.per) };
}

/** Adds the secrets that webhooks name. */
export function withSecrets(workspace: Workspace, named: readonly string[]): Workspace {
  return { ...workspace, secrets: [...new Set([...workspace.secrets, ...named])].sort() };
}
