import { keptToken, type Token } from "./access-token.ts";
import type { Impersonation } from "./database-settings.ts";

/** What a database login needs, and no more (cloud.google.com/sql/docs/postgres/iam-logins). */
const scope = ["https://www.googleapis.com/auth/sqlservice.login"];

/**
 * Access tokens of another account, which the service's own (`own`) may ask for, kept until shortly before they expire
 * (cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken).
 */
export function impersonatedTokens(
  own: () => Promise<string>,
  impersonation: Impersonation,
  now: () => number = Date.now,
): () => Promise<string> {
  return keptToken(async () => askFor(impersonation, await own()), now);
}

async function askFor({ account, url }: Impersonation, own: string): Promise<Token> {
  const response = await fetch(`${url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`, {
    method: "POST",
    headers: { Authorization: `Bearer ${own}`, "Content-Type": "application/json" },
    body: JSON.stringify({ scope }),
    redirect: "error",
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`IAM Credentials answered ${response.status} for ${account}`);
  const body = (await response.json()) as { readonly accessToken?: unknown; readonly expireTime?: unknown };
  const expiresAt = Date.parse(String(body.expireTime));
  if (typeof body.accessToken !== "string" || Number.isNaN(expiresAt)) {
    throw new Error("IAM Credentials answered without an access token");
  }
  return { text: body.accessToken, expiresAt };
}
