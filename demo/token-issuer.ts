// Stands in for the company's identity provider: a JWKS on loopback and tokens signed with its key.
import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface CallerClaims {
  readonly sub: string;
  readonly roles: readonly string[];
  readonly email?: string;
}

export interface TokenIssuer {
  /** A token for the caller, valid for a day. */
  issue(claims: CallerClaims): Promise<string>;
  close(): Promise<void>;
}

/**
 * Serves `<issuer>/jwks.json` and issues RS256 tokens.
 * @throws Error when the issuer's port is taken, with the remedy.
 */
export async function startTokenIssuer(issuer: string, audience: string): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const keys = [{ ...(await exportJWK(publicKey)), kid: "demo", alg: "RS256", use: "sig" }];
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/jwks.json" ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(request.url === "/jwks.json" ? { keys } : {}));
  });
  const { hostname, port } = new URL(issuer);
  server.listen(Number(port), hostname);
  await once(server, "listening").catch((error: unknown) => {
    throw new Error(`the demo's token issuer needs ${hostname}:${port}, which is taken; end what listens there`, {
      cause: error,
    });
  });
  return {
    issue: ({ sub, ...claims }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "demo" })
        .setSubject(sub)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime("1d")
        .sign(privateKey),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
