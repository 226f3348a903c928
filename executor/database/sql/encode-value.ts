// Plain JSON values to PostgreSQL's text input, per field type; the reverse is decode-value.ts.
import { canonicalText, type Field, isJsonObject, type JsonValue, parseDuration } from "@lintel/specs";
import { StatementError } from "../statement.ts";

type ValueShape = Pick<Field, "type" | "currency" | "scale">;

/**
 * The value as the text that PostgreSQL reads for a column of this type; null stays null.
 * @throws StatementError value-mismatch when the value is not of the type (also text with NUL, which PostgreSQL cannot hold).
 */
export function encodeValue(shape: ValueShape, value: JsonValue): string | null {
  if (value === null) return null;
  const text = encoders[shape.type](value, shape);
  if (text === undefined || text.includes("\0")) {
    throw new StatementError(
      "value-mismatch",
      `a value of type ${shape.type} was expected and something else was given`,
    );
  }
  return text;
}

type Encode = (value: JsonValue, shape: ValueShape) => string | undefined;

const encoders: Readonly<Record<Field["type"], Encode>> = {
  uuid: (value) => asForm("uuid", value),
  string: asText,
  integer: asInteger,
  number: (value) => (typeof value === "number" && Number.isFinite(value) ? String(value) : undefined),
  decimal: asDecimal,
  money: asMinorUnits,
  boolean: (value) => (typeof value === "boolean" ? String(value) : undefined),
  date: (value) => asForm("date", value),
  instant: (value) => asForm("instant", value),
  duration: (value) => (typeof value === "string" ? parseDuration(value)?.toString() : undefined),
  enum: asText,
  json: (value) => {
    const text = JSON.stringify(value);
    return /(?<!\\)(?:\\\\)*\\u0000/u.test(text) ? undefined : text; // jsonb has no NUL; an escaped backslash before it is text
  },
};

function asText(value: JsonValue): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function asForm(kind: Parameters<typeof canonicalText>[0], value: JsonValue): string | undefined {
  return typeof value === "string" ? canonicalText(kind, value) : undefined;
}

/** PostgreSQL would round what has more digits after the point than the column. */
function asDecimal(value: JsonValue, { scale }: ValueShape): string | undefined {
  const text = asForm("decimal", asInteger(value) ?? value);
  const digits = text?.split(".")[1]?.length ?? 0;
  return scale !== undefined && digits > scale ? undefined : text;
}

function asInteger(value: JsonValue | undefined): string | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;
}

function asMinorUnits(value: JsonValue, { currency }: ValueShape): string | undefined {
  if (!isJsonObject(value)) return undefined;
  if (currency !== undefined && value["currency"] !== currency) {
    throw new StatementError("value-mismatch", `money in ${currency} was expected and another currency was given`);
  }
  return asInteger(value["amount"]);
}
