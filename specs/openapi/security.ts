import type { Bundle } from "../bundle/bundle.ts";
import type { JsonObject } from "../json.ts";
import type { Tool, WebhookSignature } from "../language/tool.ts";

/** One requirement per role, any of which is enough (OpenAPI 3.1.1, "Security Requirement Object"); none for a public tool. */
export function securityOf({ name, authorize }: Tool): readonly Readonly<Record<string, readonly string[]>>[] {
  switch (authorize.type) {
    case "roles":
      return authorize.roles.map((role) => ({ bearer: [role] }));
    case "signature":
      return [{ [`signature-${name}`]: [] }];
    case "oidc":
    case "public":
      return [];
  }
}

/** The schemes that {@link securityOf} names. */
export function securitySchemesOf({ tools, workspace }: Bundle): JsonObject {
  const needsToken = tools.some(({ authorize }) => authorize.type === "roles");
  const { issuer, audience, roleClaim } = workspace.auth;
  const signatures = tools.flatMap(({ name, trigger }) =>
    trigger.type === "webhook" ? [[`signature-${name}`, signatureScheme(trigger.signature)] as const] : [],
  );
  return {
    ...(needsToken
      ? {
          bearer: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description: `A token of ${issuer} for ${audience}; roles are read from its claim ${roleClaim}.`,
          },
        }
      : {}),
    ...Object.fromEntries(signatures),
  };
}

function signatureScheme({ scheme, header, prefix, encoding, timestampHeader }: WebhookSignature): JsonObject {
  const signed = timestampHeader === undefined ? "the raw body" : `"<${timestampHeader}>.<raw body>"`;
  const description =
    scheme === "stripe"
      ? 't=<seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">'
      : `${prefix}<${encoding} HMAC-SHA256 of ${signed}>`;
  return { type: "apiKey", in: "header", name: header, description };
}
