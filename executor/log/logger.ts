import { type DestinationStream, type Logger, pino } from "pino";
import { describeError } from "./describe-error.ts";

/** Cloud Logging's LogSeverity by pino's level. */
const severities: Readonly<Record<string, string>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
};

/** A logger whose lines Cloud Logging understands (cloud.google.com/logging/docs/structured-logging), to stdout by default. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    messageKey: "message",
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ severity: severities[label] ?? "DEFAULT" }) },
    // `err` is where pino puts an error that is given by itself.
    serializers: { error: describeError, err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
