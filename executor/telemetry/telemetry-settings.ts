import { SettingsError } from "../settings-error.ts";

/** What of OpenTelemetry's environment is read here; the rest is read by its own libraries. */
export interface TelemetrySettings {
  readonly traces: boolean;
  readonly metrics: boolean;
  /** Milliseconds. */
  readonly exportInterval: number;
  /** Milliseconds. */
  readonly exportTimeout: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const signals = ["TRACES", "METRICS"] as const;

/**
 * Undefined where telemetry is off: no endpoint is named, or OTEL_SDK_DISABLED is true.
 * @throws SettingsError for a protocol that is not spoken
 */
export function readTelemetry(environment: Environment): TelemetrySettings | undefined {
  if (environment["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true") return undefined;
  const [traces, metrics] = signals.map((signal) => isSent(environment, signal));
  if (traces !== true && metrics !== true) return undefined;
  return {
    traces: traces === true,
    metrics: metrics === true,
    exportInterval: milliseconds(environment, "OTEL_METRIC_EXPORT_INTERVAL", 60_000),
    exportTimeout: milliseconds(environment, "OTEL_METRIC_EXPORT_TIMEOUT", 30_000),
  };
}

function isSent(environment: Environment, signal: (typeof signals)[number]): boolean {
  const own = (setting: string): string | undefined =>
    nonEmpty(environment[`OTEL_EXPORTER_OTLP_${signal}_${setting}`]) ??
    nonEmpty(environment[`OTEL_EXPORTER_OTLP_${setting}`]);
  if (own("ENDPOINT") === undefined) return false;
  const exporter = nonEmpty(environment[`OTEL_${signal}_EXPORTER`]) ?? "otlp";
  if (exporter === "none") return false;
  if (exporter !== "otlp")
    throw new SettingsError(`OTEL_${signal}_EXPORTER is ${JSON.stringify(exporter)}; set otlp or none`);
  const protocol = own("PROTOCOL") ?? "http/json";
  if (protocol === "http/json") return true;
  throw new SettingsError(`OTEL_EXPORTER_OTLP_PROTOCOL is ${JSON.stringify(protocol)}; set http/json, or leave it out`);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

function milliseconds(environment: Environment, name: string, usual: number): number {
  const text = nonEmpty(environment[name]);
  if (text === undefined) return usual;
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new SettingsError(`${name} is ${JSON.stringify(text)}; set milliseconds`);
}
