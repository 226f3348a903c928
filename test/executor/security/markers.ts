/** Text that stands nowhere else, so that whoever finds it has found a leak. */
export interface Markers {
  /** A value of that name; the same each time. */
  of(name: string): string;
  /** The names of the values that a text holds, in any of the forms that a leak may have. */
  in(text: string): readonly string[];
}

export function markers(): Markers {
  const known = new Map<string, string>();
  return {
    of: (name) => {
      const value = known.get(name) ?? `mk${String(known.size)}${Buffer.from(name).toString("hex").slice(0, 6)}Qz`;
      known.set(name, value);
      return value;
    },
    in: (text) =>
      [...known].filter(([, value]) => forms(value).some((form) => text.includes(form))).map(([name]) => name),
  };
}

function forms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  // Base64 of it wherever in a text it begins, as far as neighbours do not change it.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [value, bytes.toString("hex"), ...shifted];
}
