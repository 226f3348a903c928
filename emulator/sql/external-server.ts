import type { Cluster } from "./cluster.ts";

/** A PostgreSQL server that somebody else runs; it stays when an instance is deleted. */
export function externalServer(url: string): Cluster {
  const parsed = new URL(url);
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 5432),
    adminUrl: (database) => {
      const target = new URL(url);
      target.pathname = `/${encodeURIComponent(database)}`;
      return target.href;
    },
    stop: () => Promise.resolve(),
    remove: () => undefined,
  };
}
