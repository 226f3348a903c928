import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** An issuer of tokens on loopback: OpenID configuration, keys, and tokens in all the ways that a test wants them wrong. */
export interface Issuer {
  readonly url: string;
  /** A token of the issuer; `claims` replace what is usual, undefined leaves a claim out. */
  token(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, string>>): Promise<string>;
  /** PEM of the public key, which anybody can have. */
  readonly publicKey: string;
  /** How often the keys were fetched. */
  fetches(): number;
  stop(): Promise<void>;
}

export async function startIssuer(audience: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256", use: "sig" };
  let fetches = 0;
  const server = createServer((request, response) => {
    const own = `http://${String(request.headers.host)}`;
    if (request.url === "/jwks.json") fetches += 1;
    const body = request.url === "/jwks.json" ? { keys: [jwk] } : { issuer: own, jwks_uri: `${own}/jwks.json` };
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    publicKey: await exportSPKI(publicKey),
    fetches: () => fetches,
    token: async (claims = {}, header = {}) => {
      const usual: Readonly<Record<string, unknown>> = {
        iss: url,
        aud: audience,
        sub: "nobody",
        exp: Math.floor(Date.now() / 1000) + 600,
      };
      const payload = Object.fromEntries(
        Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
      ) as JWTPayload;
      return new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: "key-1", ...header }).sign(privateKey);
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
