// Decision: PostgreSQL's words about rows quote their values, sensitive ones too; of such an error only its code and the names of
// what it concerns are told.

/** Classes of SQLSTATE whose messages speak of objects, rights and resources, never of a row's values. */
const speaksOfNoRow: ReadonlySet<string> = new Set(["08", "0A", "25", "28", "3D", "3F", "42", "53", "55", "57", "58"]);

const words: Readonly<Record<string, string>> = {
  "23502": "a row has no value where one is required",
  "23503": "a row refers to one that does not exist",
  "23505": "rows have the same values",
  "23514": "a row breaks it",
  "23P01": "rows exclude each other",
};

/** Why a statement failed, without the values of any row. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  if (error instanceof Error && speaksOfNoRow.has(code.slice(0, 2))) return error.message;
  const usual = code.startsWith("22") ? "a value of some row cannot be computed or held" : "PostgreSQL refused it";
  const places = ["table", "column", "constraint"].flatMap((name) => {
    const place = textOf(error, name);
    return place === undefined ? [] : [`, ${name} "${place}"`];
  });
  return `${words[code] ?? usual} (SQLSTATE ${code}${places.join("")})`;
}

/** An error that says the same and may be logged with all its properties. */
export function causeOf(error: unknown): Error {
  const code = codeOf(error);
  const cause = new Error(reasonOf(error));
  return code === undefined ? cause : Object.assign(cause, { code });
}

/** SQLSTATE of what PostgreSQL has refused; undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
  const code = textOf(error, "code");
  return code !== undefined && /^[0-9A-Z]{5}$/u.test(code) ? code : undefined;
}

function textOf(error: unknown, property: string): string | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, property) : undefined;
  return typeof value === "string" ? value : undefined;
}
