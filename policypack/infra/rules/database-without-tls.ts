import type { CloudRule } from "../cloud-rule.ts";
import { databaseInstance } from "../database-instance.ts";
import { textAt } from "../read-props.ts";

const strict: ReadonlySet<string> = new Set(["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"]);

export const databaseWithoutTls: CloudRule = {
  id: "database-without-tls",
  title: "A Cloud SQL instance accepts TLS connections only",
  rationale: "Whoever listens on the network reads rows and logins of a connection without TLS.",
  fix: 'set settings.ipConfiguration.sslMode to "ENCRYPTED_ONLY"',
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === databaseInstance,
  observe: ({ props }) => [
    () => {
      const mode = textAt(props, "settings", "ipConfiguration", "sslMode");
      return mode !== undefined && strict.has(mode)
        ? undefined
        : `accepts connections without TLS (sslMode ${mode ?? "is not set"})`;
    },
  ],
};
