// Points at which the executor's process may end itself, as a crash of the machine would: around each of the nine steps, each
// external node and request, and each statement. They are put there from outside, so that the product knows nothing of them.
import { channel } from "node:diagnostics_channel";
import type { Pool, PoolClient } from "pg";
import type { Steps } from "../../executor/steps/steps.ts";
import type { Observation } from "../../executor/telemetry/observation.ts";

/** Told of each point as it is passed, such as `sql:COMMIT:sent`. */
export type Pass = (point: string) => void;

/** Ends the process at the n-th passing of a point: `sql:COMMIT:sent@3`, or `*@3` for the third point of any name. */
export function crashAt(setting: string | undefined, note: Pass = () => undefined): Pass {
  const [, wanted, count] = /^(.+)@(\d+)$/u.exec(setting ?? "") ?? [];
  let left = Number(count);
  return (point) => {
    note(point);
    if (wanted === undefined || (wanted !== "*" && wanted !== point)) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
}

export function crashPoints(pass: Pass): Observation {
  watchRequests(pass);
  return {
    entrances: (entrances) => entrances,
    steps: (steps) =>
      Object.fromEntries(
        Object.entries(steps).map(([name, step]) => [name, around(`step:${name}`, step as Anything, pass)]),
      ) as unknown as Steps,
    externalNode: (tool, node, run) => around(`node:${tool}.${node.id}`, run as Anything, pass) as typeof run,
    pool: (pool) => watchPool(pool, pass),
    close: () => Promise.resolve(),
  };
}

type Anything = (...given: unknown[]) => unknown;

function around(name: string, work: Anything, pass: Pass): Anything {
  return (...given) => {
    pass(`${name}:before`);
    const result = work(...given);
    if (result instanceof Promise) return result.finally(() => pass(`${name}:after`));
    pass(`${name}:after`);
    return result;
  };
}

function watchPool(pool: Pool, pass: Pass): Pool {
  pool.on("connect", (client) => watchClient(client, pass));
  return pool;
}

function watchClient(client: PoolClient, pass: Pass): void {
  const query = client.query.bind(client) as Anything;
  const watched: Anything = (...given) => {
    const name = `sql:${statementName(given[0])}`;
    pass(`${name}:before`);
    const result = query(...given);
    // By then the bytes are the kernel's, and the server gets them.
    setImmediate(() => pass(`${name}:sent`));
    if (result instanceof Promise) {
      const answered = (): void => pass(`${name}:answered`);
      result.then(answered, answered);
    }
    return result;
  };
  Object.assign(client, { query: watched });
}

/** Verb and table: `INSERT lintel.effects`. */
function statementName(statement: unknown): string {
  const text = typeof statement === "string" ? statement : String((statement as { readonly text?: string }).text);
  const bare = text.replace(/^WITH "\w+" AS \(/u, "");
  const verb = /^\w+/u.exec(bare)?.[0].toUpperCase() ?? "?";
  const table = /"(\w+)"\."(\w+)"/u.exec(bare);
  return table === null ? verb : `${verb} ${String(table[1])}.${String(table[2])}`;
}

interface RequestMessage {
  readonly request: { readonly method?: string; readonly path?: string };
}

/** Requests of flows and of compensations, which no node stands around (github.com/nodejs/undici, DiagnosticsChannel.md). */
function watchRequests(pass: Pass): void {
  const names = {
    "undici:request:create": "before",
    "undici:request:bodySent": "sent",
    "undici:request:headers": "answered",
  } as const;
  for (const [name, moment] of Object.entries(names)) {
    channel(name).subscribe((message) => {
      const { method = "?", path = "" } = (message as RequestMessage).request;
      // Keys of the issuer are fetched once, by whichever call comes first.
      if (/^\/(?:\.well-known|jwks)/u.test(path)) return;
      const place = path.replace(/\?.*$/u, "").replaceAll(/\/(?:pi_|re_|d)\d+/gu, "/ID");
      pass(`http:${method} ${place}:${moment}`);
    });
  }
}
