import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Store } from "../state/store.ts";

/** The key pair that signs identity tokens, in place of Google's. */
export interface Keys {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** Public half, as `/oauth2/v3/certs` serves it. */
  readonly publicJwk: JWK;
}

async function readKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, "RS256");
  if (key instanceof Uint8Array) throw new Error("the state's signing key is not an RSA key");
  return key;
}

/** Opens the signing key of a store, made the first time. */
export async function openKeys(store: Store): Promise<Keys> {
  const kept = store.collection<JWK>("keys");
  if (!kept.has("oidc")) {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    kept.put("oidc", await exportJWK(privateKey));
  }
  const privateJwk = kept.get("oidc") ?? {};
  const { kty = "RSA", n = "", e = "" } = privateJwk;
  const keyId = await calculateJwkThumbprint({ kty, n, e });
  const publicJwk: JWK = { kty, n, e, kid: keyId, alg: "RS256", use: "sig" };
  return { keyId, publicJwk, privateKey: await readKey(privateJwk), publicKey: await readKey(publicJwk) };
}
