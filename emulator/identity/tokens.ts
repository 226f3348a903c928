import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Store } from "../state/store.ts";
import type { Keys } from "./keys.ts";
import type { ServiceAccount } from "./service-accounts.ts";

const lifetime = 3600;
/** Google's metadata server hands out a cached token until this many seconds before it expires. */
const renewBefore = 300;

/** An access token of a service account. */
interface AccessToken {
  readonly token: string;
  readonly email: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** What an identity token that verified says. */
interface Identity {
  readonly email: string;
  readonly audience: readonly string[];
}

/** Mints and verifies the tokens of service accounts. */
export interface Tokens {
  /** The account's current access token; a new one shortly before the old one expires. */
  access(email: string): Promise<AccessToken>;
  /** Whose access token it is; undefined when it is none, or has expired. */
  holder(token: string): string | undefined;
  /** An OIDC identity token, valid for an hour. */
  identity(email: string, audience: string): Promise<string>;
  /** The identity in a token that this emulator signed; undefined when it does not verify. */
  verify(token: string): Promise<Identity | undefined>;
  /** Calls `listener` with each new access token, before anyone has it. */
  onMint(listener: (token: AccessToken) => Promise<void>): void;
}

/** Opens the tokens of a store; `issuer` is what identity tokens name. */
export function openTokens(store: Store, keys: Keys, issuer: string): Tokens {
  const minted = store.collection<AccessToken>("accessTokens");
  const accounts = store.collection<ServiceAccount>("serviceAccounts");
  const listeners: ((token: AccessToken) => Promise<void>)[] = [];
  return {
    access: async (email) => {
      const current = minted.get(email);
      if (current !== undefined && current.expires > Date.now() + renewBefore * 1000) return current;
      const token = {
        token: `ya29.${randomBytes(48).toString("base64url")}`,
        email,
        expires: Date.now() + lifetime * 1000,
      };
      minted.put(email, token);
      for (const listener of listeners) await listener(token);
      return token;
    },
    holder: (token) => {
      const found = minted.list().find(([, one]) => one.token === token && one.expires > Date.now());
      return found?.[1].email;
    },
    identity: (email, audience) => {
      const subject = accounts.get(email)?.uniqueId ?? email;
      return new SignJWT({ email, email_verified: true, azp: subject })
        .setProtectedHeader({ alg: "RS256", kid: keys.keyId, typ: "JWT" })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${lifetime}s`)
        .sign(keys.privateKey);
    },
    verify: async (token) => {
      try {
        const { payload } = await jwtVerify(token, keys.publicKey, { issuer, algorithms: ["RS256"] });
        const audience = typeof payload.aud === "string" ? [payload.aud] : (payload.aud ?? []);
        return { email: String(payload["email"]), audience };
      } catch {
        return undefined;
      }
    },
    onMint: (listener) => {
      listeners.push(listener);
    },
  };
}
