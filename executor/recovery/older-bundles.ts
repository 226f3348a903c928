import { type Bundle, openBundle } from "@lintel/specs";
import { judgeBundle } from "../boot/judge-bundle.ts";
import type { Service } from "../service.ts";
import { Unrecoverable } from "./unrecoverable.ts";

/** Finds the service that runs a bundle's tools: this process's own, or one that is opened for work begun under an older bundle. */
export type ServiceOf = (digest: string) => Promise<Service>;

/** Bundles that are kept open at once. */
const most = 4;

/** @param open compiles an older bundle with the running service's connections */
export function olderBundles(running: Service, open: (bundle: Bundle) => Service): ServiceOf {
  const opened = new Map<string, Promise<Service>>();
  return async (digest) => {
    if (digest === running.bundle.digest) return running;
    await checkServing(running, digest);
    const known = opened.get(digest);
    if (known !== undefined) return known;
    const service = openStored(running, digest, open);
    opened.set(digest, service);
    service.catch(() => opened.delete(digest));
    const [first] = opened.keys();
    if (opened.size > most && first !== undefined) opened.delete(first);
    return service;
  };
}

/** Asked each time: a migration may have contracted the schema since. @throws Unrecoverable */
async function checkServing({ pool }: Service, digest: string): Promise<void> {
  const text = `SELECT "state" FROM "lintel"."bundles" WHERE "digest" = $1`;
  const [row] = (await pool.query<{ state: string }>(text, [digest])).rows;
  if (row?.state === "serving") return;
  if (row === undefined) throw new Unrecoverable(`bundle ${digest} is not stored in the database`);
  throw new Unrecoverable(`bundle ${digest} is ${row.state}: the database does not fit it any more; deploy it again`);
}

/** Loads a bundle as the migration has stored it, and believes nothing of it. @throws SettingsError, BundleError, RedBundleError */
async function openStored({ pool }: Service, digest: string, open: (bundle: Bundle) => Service): Promise<Service> {
  const text = `SELECT "bundle" FROM "lintel"."bundles" WHERE "digest" = $1`;
  const { rows } = await pool.query<{ bundle: unknown }>(text, [digest]);
  const bundle = openBundle(rows[0]?.bundle);
  if (bundle.digest !== digest) throw new Unrecoverable(`bundle ${digest} is stored as ${bundle.digest}`);
  await judgeBundle(bundle);
  return open(bundle);
}
