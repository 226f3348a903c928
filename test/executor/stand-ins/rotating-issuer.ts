// An issuer on loopback whose keys change, and which can be away, slow or wrong.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export interface RotatingIssuer {
  readonly url: string;
  /** How often each path was asked for. */
  readonly asked: Record<string, number>;
  /** Publishes one more key, signed with from now on; `forget` takes the others away. */
  rotate(kid: string, forget?: boolean): Promise<void>;
  /** What is answered instead of the keys: a status, a body, or nothing at all (null); undefined for the keys. */
  answer(instead: number | string | null | undefined): void;
  /** A token signed with the key of this id; the newest one's by default. */
  token(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
    kid?: string,
  ): Promise<string>;
  /** The private key of an id. */
  key(kid: string): CryptoKey;
  stop(): Promise<void>;
}

export async function startRotatingIssuer(): Promise<RotatingIssuer> {
  const asked: Record<string, number> = {};
  const privateKeys = new Map<string, CryptoKey>();
  let published: readonly JWK[] = [];
  let newest = "";
  let instead: number | string | null | undefined;
  const server = createServer((request, response) => {
    const own = `http://${String(request.headers.host)}`;
    const path = request.url ?? "";
    asked[path] = (asked[path] ?? 0) + 1;
    response.setHeader("Content-Type", "application/json");
    if (path !== "/jwks.json") response.end(JSON.stringify({ issuer: own, jwks_uri: `${own}/jwks.json` }));
    else if (instead === undefined) response.end(JSON.stringify({ keys: published }));
    else if (typeof instead === "number") response.writeHead(instead).end();
    else if (instead !== null) response.end(instead);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const key = (kid: string): CryptoKey => {
    const found = privateKeys.get(kid);
    if (found === undefined) throw new Error(`there is no key ${kid}`);
    return found;
  };
  return {
    url,
    asked,
    key,
    rotate: async (kid, forget = false) => {
      const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
      privateKeys.set(kid, privateKey);
      newest = kid;
      published = [...(forget ? [] : published), { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "ES256" }];
    },
    answer: (next) => {
      instead = next;
    },
    token: (claims, header = {}, kid = newest) => {
      const usual: Readonly<Record<string, unknown>> = {
        iss: url,
        aud: "api",
        sub: "carla",
        exp: Math.floor(Date.now() / 1000) + 600,
      };
      const payload = Object.fromEntries(
        Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
      );
      return new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid, ...header }).sign(key(kid));
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
