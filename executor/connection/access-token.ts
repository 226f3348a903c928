/** An access token, and its end. */
export interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Renewed this early, so that no connection begins with a token about to end. */
const margin = 60_000;

/**
 * Access tokens of the service's own account from the metadata server, kept until shortly before they expire
 * (cloud.google.com/compute/docs/access/authenticate-workloads).
 */
export function accessTokens(metadataHost: string, now: () => number = Date.now): () => Promise<string> {
  return keptToken(() => fetchToken(metadataHost, now), now);
}

/** A token that is fetched once by whoever comes first, and again shortly before it expires. */
export function keptToken(fetchOne: () => Promise<Token>, now: () => number): () => Promise<string> {
  let current: Promise<Token> | undefined;
  const renew = (): Promise<Token> => {
    const renewed = fetchOne();
    current = renewed;
    renewed.catch(() => {
      if (current === renewed) current = undefined;
    });
    return renewed;
  };
  return async () => {
    const known = current;
    // What has just been given is the best there is, however short it lasts.
    if (known === undefined) return (await renew()).text;
    const { text, expiresAt } = await known;
    if (expiresAt - margin > now()) return text;
    // Of those who wait for the same token, the first renews it.
    const renewed = current === known ? renew() : (current ?? renew());
    try {
      return (await renewed).text;
    } catch (error) {
      // The metadata server may be away for a moment; what was given is good to its end.
      if (expiresAt <= now()) throw error;
      current ??= known;
      return text;
    }
  };
}

async function fetchToken(metadataHost: string, now: () => number): Promise<Token> {
  const url = `http://${metadataHost}/computeMetadata/v1/instance/service-accounts/default/token`;
  const response = await fetch(url, {
    headers: { "Metadata-Flavor": "Google" },
    redirect: "error",
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`the metadata server answered ${response.status}`);
  const body = (await response.json()) as { readonly access_token?: unknown; readonly expires_in?: unknown };
  if (typeof body.access_token !== "string" || typeof body.expires_in !== "number") {
    throw new Error("the metadata server answered without an access token");
  }
  return { text: body.access_token, expiresAt: now() + body.expires_in * 1000 };
}
