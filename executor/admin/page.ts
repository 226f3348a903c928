import { ExecutionError, type InputProblem } from "../errors/execution-error.ts";

type Query = Readonly<Record<string, unknown>>;

/** What one page of a list is asked for. */
export interface PageQuery {
  /** By name, of those that the list knows. */
  readonly filters: Readonly<Record<string, string>>;
  /** Where the page before ended. */
  readonly cursor: readonly unknown[] | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The next page's `cursor`, null at the end. */
  readonly next: string | null;
}

const [usualLimit, mostItems] = [50, 100];

/** `filters` says which values a filter takes. @throws ExecutionError invalid-input that names every parameter that is not understood */
export function readPage(query: Query, filters: Readonly<Record<string, RegExp>>): PageQuery {
  const errors = Object.entries(query).flatMap(([name, value]): readonly InputProblem[] => {
    const pattern = Object.hasOwn(filters, name) ? filters[name] : ownParameters.get(name);
    if (pattern === undefined) return [{ pointer: `/${name}`, detail: "is not a parameter of this list" }];
    return typeof value === "string" && pattern.test(value)
      ? []
      : [{ pointer: `/${name}`, detail: "has no such value" }];
  });
  const { cursor, limit, ...given } = query as Readonly<Record<string, string>>;
  const place = cursor === undefined || errors.length > 0 ? undefined : readCursor(cursor);
  const all = place === null ? [...errors, { pointer: "/cursor", detail: "is none of this list" }] : errors;
  if (all.length > 0) throw new ExecutionError("invalid-input", { errors: all });
  return { filters: given, cursor: place ?? undefined, limit: limit === undefined ? usualLimit : Number(limit) };
}

/** For what is no list. @throws ExecutionError invalid-input that names every parameter */
export function refuseParameters(query: Query): void {
  const errors = Object.keys(query).map((name) => ({ pointer: `/${name}`, detail: "is not a parameter of this path" }));
  if (errors.length > 0) throw new ExecutionError("invalid-input", { errors });
}

const ownParameters: ReadonlyMap<string, RegExp> = new Map([
  ["cursor", /^[\w-]{1,1000}$/u],
  ["limit", new RegExp(`^(?:[1-9]\\d?|${String(mostItems)})$`, "u")],
]);

function readCursor(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** One row more than the limit was read: it is the sign that there is a next page, and not in this one. */
export function pageOf<T>(rows: readonly T[], limit: number, placeOf: (row: T) => readonly unknown[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, next: hasMore ? Buffer.from(JSON.stringify(placeOf(last))).toString("base64url") : null };
}
