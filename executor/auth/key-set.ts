// Decision: the key set is kept here and not by jose, whose own would refuse every token while an issuer is away for longer than its
// cache lasts: keys that are known stay good for a day, so that an outage of the issuer is not one of ours.
import { isJsonObject, type JsonValue } from "@lintel/specs";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { ExecutionError } from "../errors/execution-error.ts";
import { sendRequest } from "../external/http-request.ts";

export interface KeySetRules {
  /** Milliseconds between two fetches on account of unknown key ids, so that these cannot hammer the issuer. */
  readonly cooldown: number;
  /** Milliseconds after which keys are fetched again, beside the calls that still use them. */
  readonly freshFor: number;
  /** Milliseconds for which keys count when the issuer does not answer. */
  readonly keptFor: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

const usual: KeySetRules = {
  cooldown: 30_000,
  freshFor: 600_000,
  keptFor: 24 * 60 * 60 * 1000,
  now: () => performance.now(),
};

/** Milliseconds of one request. */
const timeout = 5000;
/** Milliseconds for which an issuer that did not answer is not asked again. */
const pause = 1000;

interface Known {
  readonly find: JWTVerifyGetKey;
  readonly fetchedAt: number;
}

/** The issuer's current keys: from a JWKS URL, else from what its OpenID configuration names (OpenID Connect Discovery 1.0). */
export function remoteKeys(
  issuer: string,
  jwksUrl: string | undefined,
  rules: Partial<KeySetRules> = {},
): JWTVerifyGetKey {
  const { cooldown, freshFor, keptFor, now } = { ...usual, ...rules };
  let known: Known | undefined;
  let underWay: Promise<Known> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;
  /** One fetch for all who wait. */
  const refresh = (): Promise<Known> => {
    if (now() - failedAt < pause) return Promise.reject(unavailable());
    underWay ??= fetchKeys(issuer, jwksUrl)
      .then((find) => (known = { find, fetchedAt: now() }))
      .catch((error: unknown) => {
        failedAt = now();
        throw unavailable(error);
      })
      .finally(() => (underWay = undefined));
    return underWay;
  };
  const current = async (): Promise<Known> => {
    const age = known === undefined ? Number.POSITIVE_INFINITY : now() - known.fetchedAt;
    if (known === undefined || age > keptFor) return refresh();
    // Nobody waits for these; what fails is tried again with a later call.
    if (age > freshFor) refresh().catch(() => undefined);
    return known;
  };
  return async (header, token) => {
    const { find, fetchedAt } = await current();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Others may have fetched the key meanwhile, or be about to.
      const isNewer = known !== undefined && known.fetchedAt > fetchedAt;
      if (!isNewer && underWay === undefined) {
        if (now() - missedAt < cooldown) throw error;
        missedAt = now();
      }
      const { find: findAgain } = isNewer && known !== undefined ? known : await refresh();
      return findAgain(header, token);
    }
  };
}

async function fetchKeys(issuer: string, jwksUrl: string | undefined): Promise<JWTVerifyGetKey> {
  const set = await fetchJson(jwksUrl ?? (await discover(issuer)));
  const keys = isJsonObject(set) ? set["keys"] : undefined;
  if (!Array.isArray(keys) || keys.length === 0) throw new Error("the issuer answered without keys");
  return createLocalJWKSet(set as unknown as JSONWebKeySet);
}

async function discover(issuer: string): Promise<string> {
  const body = await fetchJson(`${issuer.replace(/\/$/u, "")}/.well-known/openid-configuration`);
  const keys = isJsonObject(body) && body["issuer"] === issuer ? body["jwks_uri"] : undefined;
  // Keys that come in the clear could be anyone's.
  if (typeof keys !== "string" || (issuer.startsWith("https:") && !keys.startsWith("https:"))) {
    throw new Error("the OpenID configuration is not this issuer's, or names no keys");
  }
  return keys;
}

/** Bounded in size and time; the issuer is the specs' own, so it may stand in one's own network. */
async function fetchJson(url: string): Promise<JsonValue> {
  const network = "private" as const;
  const { body } = await sendRequest({
    method: "GET",
    url: new URL(url),
    headers: {},
    body: undefined,
    network,
    timeout,
  });
  return typeof body === "string" ? (JSON.parse(body) as JsonValue) : body;
}

function unavailable(cause?: unknown): ExecutionError {
  return new ExecutionError("keys-unavailable", { cause, headers: { "Retry-After": "5" } });
}
