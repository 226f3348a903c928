/** Shapes of secrets that say themselves what they are; a mere random text could be a digest or an id. */
const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/"private_key"\s*:/, "a service account key"],
  [/\b[rs]k_(live|test)_[0-9A-Za-z]{8,}/, "a Stripe key"],
  [/\bwhsec_[0-9A-Za-z+/=]{8,}/, "a webhook signing secret"],
  [/\b(gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{22,})/, "a GitHub token"],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\bAIza[0-9A-Za-z_-]{35}/, "a Google API key"],
  [/\bya29\.[0-9A-Za-z_-]{20,}/, "a Google access token"],
  [/\bGOCSPX-[0-9A-Za-z_-]{20,}/, "a Google client secret"],
  [/\bxox[abeoprs]-[0-9A-Za-z-]{10,}/, "a Slack token"],
  [/\bSG\.[\w-]{16,}\.[\w-]{16,}/, "a SendGrid key"],
  [/\bnpm_[0-9A-Za-z]{36}\b/, "an npm token"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a signed token"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i, "a URL with a password"],
];

/** What a value is, when it is a secret by its shape; never the value itself. */
export function secretShape(value: string): string | undefined {
  return shapes.find(([pattern]) => pattern.test(value))?.[1];
}
