import { type Bundle, openBundle } from "@lintel/specs";
import { judgeBundle } from "../boot/judge-bundle.ts";
import type { Service } from "../service.ts";
import { SettingsError } from "../settings-error.ts";

/** Finds the service that runs a bundle's tools: this process's own, or one that is opened for work begun under an older bundle. */
export type ServiceOf = (digest: string) => Promise<Service>;

/** Bundles that are kept open at once. */
const most = 4;

/** @param open compiles an older bundle with the running service's connections */
export function olderBundles(running: Service, open: (bundle: Bundle) => Service): ServiceOf {
  const opened = new Map<string, Promise<Service>>();
  return (digest) => {
    if (digest === running.bundle.digest) return Promise.resolve(running);
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

/** Loads a bundle as the migration has stored it, and believes nothing of it. @throws SettingsError, BundleError, RedBundleError */
async function openStored({ pool }: Service, digest: string, open: (bundle: Bundle) => Service): Promise<Service> {
  const { rows } = await pool.query<{ bundle: unknown; state: string }>(
    `SELECT "bundle", "state" FROM "lintel"."bundles" WHERE "digest" = $1`,
    [digest],
  );
  const [row] = rows;
  if (row === undefined) throw new SettingsError(`bundle ${digest} is not stored in the database`);
  if (row.state !== "serving") {
    throw new SettingsError(`bundle ${digest} is ${row.state}: the database does not fit it any more; deploy it again`);
  }
  const bundle = openBundle(row.bundle);
  if (bundle.digest !== digest) throw new SettingsError(`bundle ${digest} is stored as ${bundle.digest}`);
  await judgeBundle(bundle);
  return open(bundle);
}
