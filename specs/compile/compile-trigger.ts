import type { HttpTrigger, Trigger, WebhookSignature, WebhookTrigger } from "../language/tool.ts";
import type { Report } from "../load/report.ts";
import { isTimeZone } from "./calendar.ts";
import { compact } from "./compact.ts";
import { cronProblem } from "./cron-problem.ts";
import { durationOf } from "./durations.ts";

export interface AuthoredTrigger {
  readonly http?: { readonly method: HttpTrigger["method"]; readonly path: string };
  readonly webhook?: {
    readonly path: string;
    readonly signature: AuthoredSignature;
    readonly replayWindow?: string;
    readonly idHeader?: string;
  };
  readonly schedule?: { readonly cron: string; readonly timeZone: string };
}

interface AuthoredSignature {
  readonly scheme: WebhookSignature["scheme"];
  readonly header?: string;
  readonly prefix?: string;
  readonly encoding?: WebhookSignature["encoding"];
  readonly timestampHeader?: string;
  readonly secret: string;
  readonly tolerance?: string;
}

/** Normalises the one trigger that the schema lets a tool have. */
export function compileTrigger({ http, webhook, schedule }: AuthoredTrigger, report: Report): Trigger {
  if (http !== undefined) {
    checkPath(http.path, "http", report);
    return { type: "http", method: http.method, path: http.path };
  }
  if (webhook !== undefined) {
    checkPath(webhook.path, "webhook", report);
    return compact<WebhookTrigger>({
      type: "webhook",
      path: webhook.path,
      signature: compileSignature(webhook.signature, report),
      replayWindow: durationOf(webhook.replayWindow ?? "24h"),
      idHeader: webhook.idHeader,
    });
  }
  const { cron = "", timeZone = "" } = schedule ?? {};
  const path = ["trigger", "schedule"];
  const reason = cronProblem(cron);
  if (reason !== undefined) report("bad-cron", [...path, "cron"], { cron, reason });
  if (!isTimeZone(timeZone)) report("unknown-time-zone", [...path, "timeZone"], { name: timeZone });
  return { type: "schedule", cron: cron.trim().replace(/\s+/g, " "), timeZone };
}

const reserved = /^\/(_lintel(\/.*)?|healthz|readyz|startupz|openapi\.json)$/i;

function checkPath(path: string, trigger: string, report: Report): void {
  const at = ["trigger", trigger, "path"];
  if (reserved.test(path)) report("reserved-path", at, { path });
  const names = parametersOf(path);
  for (const name of names.filter((each, index) => names.indexOf(each) < index)) {
    report("duplicate-path-parameter", at, { name });
  }
}

/** Names of a path's parameters, in order. */
export function parametersOf(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

function compileSignature(authored: AuthoredSignature, report: Report): WebhookSignature {
  const { scheme, secret, header, timestampHeader } = authored;
  const isStripe = scheme === "stripe";
  if (header === undefined && !isStripe) report("missing-header", ["trigger", "webhook", "signature"], {});
  return compact<WebhookSignature>({
    scheme,
    header: header ?? (isStripe ? "Stripe-Signature" : ""),
    prefix: authored.prefix ?? "",
    encoding: authored.encoding ?? "hex",
    timestampHeader,
    secret,
    tolerance: durationOf(authored.tolerance ?? "5m"),
  });
}
