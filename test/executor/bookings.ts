// The specs of fixtures/bookings, with a workspace whose addresses are those of the test.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "@lintel/specs";
import { compileBundle } from "../compile-bundle.ts";

const folder = join(import.meta.dirname, "fixtures", "bookings");

export interface BookingsOptions {
  readonly issuer: string;
  readonly housekeeping?: string;
  /** Further spec files, by path; one that exists is replaced. */
  readonly files?: Readonly<Record<string, string>>;
  readonly limits?: string;
  /** The housekeeping service's rateLimit. */
  readonly rateLimit?: string;
  /** Further providers of workspace.yaml, a line each. */
  readonly providers?: readonly string[];
}

export const audience = "https://bookings.test";

/** Compiles the fixture; throws with the diagnostics when it has any. */
export function compileBookings(options: BookingsOptions): Bundle {
  const files = new Map([["workspace.yaml", workspaceText(options)]]);
  for (const kind of ["entities", "tools", "policies"]) {
    for (const name of readdirSync(join(folder, kind))) {
      files.set(`${kind}/${name}`, readFileSync(join(folder, kind, name), "utf8"));
    }
  }
  for (const [path, text] of Object.entries(options.files ?? {})) files.set(path, text);
  return compileBundle(files);
}

function workspaceText(options: BookingsOptions): string {
  const { issuer, housekeeping = "http://127.0.0.1:9", limits, rateLimit, providers = [] } = options;
  return `
apiVersion: lintel/v1
kind: Workspace
name: bookings
region: europe-west1
roles: [customer, agent]
auth: { issuer: "${issuer}", audience: "${audience}", roleClaim: roles }
providers:
  housekeeping: { type: http, baseUrl: "${housekeeping}/v1", secret: housekeeping-api-key, idempotencyKeys: true${rateLimit === undefined ? "" : `, rateLimit: ${rateLimit}`} }
${providers.map((line) => `  ${line}`).join("\n")}
defaults:
  timeout: 1s
  retry: { maxAttempts: 3, backoff: exponential, initialDelay: 10ms, maxDelay: 50ms }
  pageSize: 50
values: { holdHours: 24, longestStay: 30 }
${limits === undefined ? "" : `limits: ${limits}`}
`;
}
