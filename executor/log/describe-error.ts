// Decision: every line about an error says its kind, a message and where it was made, whatever was thrown: `{}` helps nobody.

/** An error as the log has it; never more than plain text, lists and these. */
export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly cause?: DescribedError;
  /** Of an AggregateError. */
  readonly errors?: readonly DescribedError[];
}

/** Causes of causes at most, and errors of one AggregateError. */
const most = 8;

/**
 * What may be known of a thrown value: its kind, place and code. Messages of drivers and parsers quote what they were given and
 * stay out, as does what was thrown that is no error. Never throws.
 */
export function describeError(thrown: unknown): DescribedError {
  try {
    return describe(thrown, most);
  } catch {
    return { name: typeof thrown, message: "an error that cannot be read was thrown" };
  }
}

function describe(thrown: unknown, depth: number): DescribedError {
  if (!(thrown instanceof Error)) return { name: kindOf(thrown), message: "what was thrown is no error" };
  const quotes = quotesValues(thrown);
  const message = textOf(thrown, "message") ?? "";
  const { cause, errors } = thrown as { readonly cause?: unknown; readonly errors?: unknown };
  const isDeepest = depth <= 1;
  return {
    name: textOf(thrown, "name") ?? "Error",
    message: quotes ? withheld(thrown) : message === "" ? "(no message)" : message,
    ...textsOf(thrown),
    stack: quotes ? framesOf(thrown) : (textOf(thrown, "stack") ?? ""),
    ...(cause === undefined || isDeepest ? {} : { cause: describe(cause, depth - 1) }),
    ...(Array.isArray(errors) && !isDeepest
      ? { errors: errors.slice(0, most).map((error: unknown) => describe(error, depth - 1)) }
      : {}),
  };
}

function kindOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return thrown === null ? "null" : typeof thrown;
  return Array.isArray(thrown) ? "Array" : "Object";
}

/** PostgreSQL's errors quote values of rows, a SyntaxError of JSON.parse the text that it was given. */
function quotesValues(error: Error): boolean {
  return "severity" in error || error.name === "SyntaxError";
}

function withheld(error: Error): string {
  if (!("severity" in error)) return "a text could not be parsed";
  return `PostgreSQL answered ${"code" in error ? String(error.code) : "an error"}`;
}

function textsOf(error: Error): Pick<DescribedError, "code" | "constraint" | "table"> {
  const named = (["code", "constraint", "table"] as const).flatMap((key) => {
    const text = textOf(error, key);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(named);
}

/** Whatever the types say, an error's properties may be anything. */
function textOf(error: Error, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function framesOf(error: Error): string {
  return (textOf(error, "stack") ?? "")
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .join("\n");
}
