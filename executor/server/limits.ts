import { SettingsError } from "../settings-error.ts";

/** What one process takes on at a time, and how long it waits for a client. Times in milliseconds. */
export interface Limits {
  /** Calls from their first byte to their answer; probes do not count. */
  readonly inFlight: number;
  /** Mean delay of the event loop beyond which a busy process takes no more calls. */
  readonly eventLoopDelay: number;
  readonly connections: number;
  /** For the headers of a request to arrive. */
  readonly headersTimeout: number;
  /** For all of a request to arrive. */
  readonly requestTimeout: number;
  /** For the next request on a connection. */
  readonly keepAliveTimeout: number;
  /** Proxies in front of the process that add to X-Forwarded-For. */
  readonly forwardedHops: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SettingsError for what is no whole number above 0, and for headers that may take longer than their request */
export function readLimits(environment: Environment): Limits {
  const read = (name: string, usual: number): number => wholeNumber(environment, name, usual);
  const limits = {
    inFlight: read("LINTEL_MAX_IN_FLIGHT", 256),
    eventLoopDelay: read("LINTEL_MAX_EVENT_LOOP_DELAY", 500),
    connections: read("LINTEL_MAX_CONNECTIONS", 4096),
    headersTimeout: read("LINTEL_HEADERS_TIMEOUT", 10_000),
    requestTimeout: read("LINTEL_REQUEST_TIMEOUT", 30_000),
    keepAliveTimeout: read("LINTEL_KEEP_ALIVE_TIMEOUT", 72_000),
    forwardedHops: read("LINTEL_FORWARDED_HOPS", 1),
  };
  if (limits.headersTimeout <= limits.requestTimeout) return limits;
  throw new SettingsError("LINTEL_HEADERS_TIMEOUT is longer than LINTEL_REQUEST_TIMEOUT, of which it is a part");
}

function wholeNumber(environment: Environment, name: string, usual: number): number {
  const text = environment[name];
  if (text === undefined || text === "") return usual;
  if (/^[1-9]\d{0,8}$/u.test(text)) return Number(text);
  throw new SettingsError(`${name} is ${JSON.stringify(text)}; set a whole number above 0`);
}
