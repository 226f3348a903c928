import { SettingsError } from "../../settings.ts";
import type { EmailProviderApi } from "../email-provider.ts";
import { deliver, type SmtpServer } from "./deliver.ts";

interface SmtpAccount {
  readonly name: string;
  /** smtp: or smtps: URL. */
  readonly url: string;
  /** An address, or `Name <address>`. */
  readonly from: string;
  /** `user:password`, or the password of the sender's address. */
  readonly secret: string | undefined;
}

/** A mail server (RFC 5321), spoken to by nodemailer. @throws SettingsError */
export function smtp({ name, url, from, secret }: SmtpAccount): EmailProviderApi {
  const sender = /<([^<>]*)>\s*$/u.exec(from)?.[1] ?? from.trim();
  if (!isAddress(sender))
    throw new SettingsError(`provider ${name}: from is no e-mail address; write name@example.com`);
  const server = serverOf(new URL(url), credentials(secret, sender));
  return {
    domain: sender.slice(sender.lastIndexOf("@") + 1),
    prepare: async ({ id, to, subject, text, html }) => {
      // Not before the first message: most processes start without one.
      const { default: MailComposer } = await import("nodemailer/lib/mail-composer");
      const composer = new MailComposer({
        from,
        to: { name: "", address: to },
        subject,
        text,
        ...(html === undefined ? {} : { html }),
        messageId: `<${id}>`,
        date: new Date(),
        // RFC 3834: nobody's holiday note is wanted.
        headers: { "Auto-Submitted": "auto-generated" },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const message = await composer.compile().build();
      return { send: (timeout) => deliver(server, { from: sender, to, message }, timeout) };
    },
  };
}

/** One address and nothing else: no list, no name, no comment. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}]+$/u.test(text);
}

/** What is secret never goes out in the clear; on loopback nobody stands between. */
function serverOf(url: URL, auth: SmtpServer["auth"]): SmtpServer {
  const isImplicit = url.protocol === "smtps:";
  const host = url.hostname.replace(/^\[|\]$/gu, "");
  return {
    host,
    port: url.port === "" ? (isImplicit ? 465 : 587) : Number(url.port),
    tls: isImplicit ? "implicit" : ["localhost", "127.0.0.1", "::1"].includes(host) ? "ifOffered" : "startTls",
    auth,
  };
}

function credentials(secret: string | undefined, sender: string): SmtpServer["auth"] {
  if (secret === undefined) return undefined;
  const colon = secret.indexOf(":");
  return colon < 0 ? { user: sender, pass: secret } : { user: secret.slice(0, colon), pass: secret.slice(colon + 1) };
}
