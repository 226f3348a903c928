// Decision: shapes are written against the types of @lintel/specs instead of as a JSON Schema, so that a key or a node type
// without a shape does not compile, and the risk engine needs no validator.
import { isJsonObject } from "@lintel/specs";

/** What is wrong with a value, and where: the keys below the node, or below the slice where no node is around it. */
export interface Misfit {
  readonly node?: string;
  readonly path: readonly string[];
  readonly problem: string;
}

export interface Shape<T> {
  readonly misfit: (value: unknown) => Misfit | undefined;
  /** Never there at run time: ties the shape to the type that it is of. */
  readonly of?: T;
}

export interface MaybeAbsent<T> {
  readonly present: Shape<T>;
}

/** One shape per key of the type; a key that may be absent says so in both. */
export type Keys<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? MaybeAbsent<Exclude<T[K], undefined>>
    : Shape<T[K]>;
};

/** The key may be absent; null is not absence. */
export function maybe<T>(present: Shape<T>): MaybeAbsent<T> {
  return { present };
}

/** A value that the predicate accepts; `wanted` says which in a message: `must be …`. */
export function shape<T>(wanted: string, accepts: (value: unknown) => boolean): Shape<T> {
  return { misfit: (value) => (accepts(value) ? undefined : mismatch(wanted, value)) };
}

/** One of the literals of a type, each of them named. */
export function oneOf<T extends string>(literals: Readonly<Record<T, true>>): Shape<T> {
  const names = Object.keys(literals);
  const wanted = names.map((name) => `"${name}"`).join(" or ");
  return shape(wanted, (value) => typeof value === "string" && names.includes(value));
}

export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    misfit: (value) => {
      if (!Array.isArray(value)) return mismatch("a list", value);
      const items = value as readonly unknown[];
      return first(items.keys(), (index) => below(String(index), item.misfit(items[index])));
    },
  };
}

export function recordOf<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    misfit: (value) => {
      if (!isJsonObject(value)) return mismatch("an object", value);
      return first(Object.entries(value), ([key, entry]) => below(key, item.misfit(entry)));
    },
  };
}

/** An object that has the keys of the type, and no others. */
export function objectOf<T>(keys: Keys<T>): Shape<T> {
  const shapes = Object.entries<Shape<unknown> | MaybeAbsent<unknown>>(keys);
  const members = shapes.map(([key, of]) => ({
    key,
    isOptional: "present" in of,
    of: "present" in of ? of.present : of,
  }));
  const known = new Set(Object.keys(keys));
  return {
    misfit: (value) => {
      if (!isJsonObject(value)) return mismatch("an object", value);
      const extra = Object.keys(value).find((key) => !known.has(key));
      if (extra !== undefined) return { path: [extra], problem: "is a key that the compiler does not write" };
      return first(members, ({ key, isOptional, of }) => {
        if (!Object.hasOwn(value, key)) return isOptional ? undefined : { path: [key], problem: "is missing" };
        return below(key, of.misfit(value[key]));
      });
    },
  };
}

/** As the shape, once for each object: what was sound stays so as long as nobody changes it. */
export function once<T>(of: Shape<T>): Shape<T> {
  const sound = new Set<unknown>();
  return {
    misfit: (value) => {
      if (sound.has(value)) return undefined;
      const misfit = of.misfit(value);
      if (misfit === undefined && isJsonObject(value)) sound.add(value);
      return misfit;
    },
  };
}

/** An object whose `type` decides which keys it has. */
export function variantOf<T extends { readonly type: string }>(
  shapes: {
    readonly [K in T["type"]]: Shape<Extract<T, { readonly type: K }>>;
  },
): Shape<T> {
  const known = new Map(Object.entries<Shape<unknown>>(shapes));
  return {
    misfit: (value) => {
      if (!isJsonObject(value)) return mismatch("an object", value);
      const type = value["type"];
      const of = typeof type === "string" ? known.get(type) : undefined;
      return of === undefined ? below("type", mismatch("a type that the language has", type)) : of.misfit(value);
    },
  };
}

function below(key: string, misfit: Misfit | undefined): Misfit | undefined {
  return misfit === undefined || misfit.node !== undefined ? misfit : { ...misfit, path: [key, ...misfit.path] };
}

function mismatch(wanted: string, value: unknown): Misfit {
  const text = (JSON.stringify(value) as string | undefined) ?? "nothing";
  return { path: [], problem: `must be ${wanted}, not ${text.length > 60 ? `${text.slice(0, 60)}…` : text}` };
}

function first<T>(items: Iterable<T>, misfitOf: (item: T) => Misfit | undefined): Misfit | undefined {
  for (const item of items) {
    const misfit = misfitOf(item);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}
