import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Named records of one kind, kept on disk. */
export interface Collection<T> {
  get(name: string): T | undefined;
  has(name: string): boolean;
  put(name: string, value: T): void;
  delete(name: string): boolean;
  /** Records whose name begins with `prefix`, in the order of their names. */
  list(prefix?: string): readonly (readonly [name: string, value: T])[];
}

/** Everything the emulator knows; what was written survives the process. */
export interface Store {
  readonly folder: string;
  collection<T>(name: string): Collection<T>;
}

type Content = Record<string, Record<string, unknown>>;

/**
 * Opens the state in `folder` (made when absent). One file, because a record and the one that refers to it must be
 * there together after a crash; written whole and renamed after every change; readable by its owner only, because it
 * holds secret payloads. The folder may be passed through, not listed: PostgreSQL runs in it as another user.
 */
export function openStore(folder: string): Store {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  chmodSync(folder, 0o711);
  const file = join(folder, "state.json");
  const content = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Content) : {};
  const save = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return { folder, collection: (name) => openCollection(content, name, save) };
}

function openCollection<T>(content: Content, name: string, save: () => void): Collection<T> {
  // Only this collection's callers write it, always with T; what is read from disk was written by the same code.
  const records = (content[name] ??= {}) as Record<string, T>;
  return {
    get: (key) => (Object.hasOwn(records, key) ? records[key] : undefined),
    has: (key) => Object.hasOwn(records, key),
    put: (key, value) => {
      records[key] = value;
      save();
    },
    delete: (key) => {
      const had = Object.hasOwn(records, key);
      Reflect.deleteProperty(records, key);
      if (had) save();
      return had;
    },
    list: (prefix = "") =>
      Object.entries(records)
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
