import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { listenOnLoopback } from "./loopback.ts";

/** Issues tokens on loopback, for callers and for schedules; the executor finds its keys as it finds those of any issuer. */
export interface LocalIssuer {
  readonly url: string;
  readonly jwks: string;
  /** A token for the audience; it expires in a day. Claims may replace what is usual. */
  token(audience: string, claims: Readonly<Record<string, unknown>>): Promise<string>;
  readonly stop: () => Promise<void>;
}

/** The algorithm of local tokens. */
export const localAlgorithm = "ES256";

export async function startIssuer(): Promise<LocalIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(localAlgorithm);
  const keys = [{ ...(await exportJWK(publicKey)), kid: "local", alg: localAlgorithm, use: "sig" }];
  const server = await listenOnLoopback((request, response) => {
    const own = `http://${String(request.headers.host)}`;
    const body = request.url === "/jwks.json" ? { keys } : { issuer: own, jwks_uri: `${own}/jwks.json` };
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(body));
  });
  return {
    url: server.url,
    jwks: `${server.url}/jwks.json`,
    token: (audience, claims) => {
      const now = Math.floor(Date.now() / 1000);
      const payload: JWTPayload = { iss: server.url, aud: audience, iat: now, exp: now + 24 * 60 * 60, ...claims };
      return new SignJWT(payload).setProtectedHeader({ alg: localAlgorithm, kid: "local" }).sign(privateKey);
    },
    stop: server.stop,
  };
}
