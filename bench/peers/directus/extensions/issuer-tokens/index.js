// Tokens of an issuer that Directus does not know, by the filter that its documentation names for them.
import { createRemoteJWKSet, jwtVerify } from "jose";

const { ISSUER, JWKS_URL, AUDIENCE } = process.env;

export default ({ filter }) => {
  const keys = createRemoteJWKSet(new URL(JWKS_URL));
  const rules = { issuer: ISSUER, audience: AUDIENCE, algorithms: ["RS256"], requiredClaims: ["exp"] };
  filter("authenticate", async (accountability, { req }) => {
    if (!req.token) return accountability;
    try {
      const { payload } = await jwtVerify(req.token, keys, rules);
      return { ...accountability, subject: payload.sub, claimed: payload.roles };
    } catch {
      return { ...accountability, subject: null, claimed: null };
    }
  });
};
