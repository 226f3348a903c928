import {
  compileTemplate,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  newFuel,
  splitTemplate,
  typeOfSchema,
} from "@lintel/specs";
import { ExecutionError } from "../../errors/execution-error.ts";

/** Fills a text with a node's values. @throws ExecutionError invalid-value, EvaluationError */
export type Render = (values: JsonObject) => string;

/** How a value stands in a text. */
export type Escape = (text: string) => string;

export const asIs: Escape = (text) => text;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const asHtml: Escape = (text) => text.replaceAll(/[&<>"']/gu, (character) => entities[character] ?? "");

/** Compiles a text with `${values.name}` in it. @throws ExpressionError for a name that the node does not give */
export function compileText(text: string, names: readonly string[], escape: Escape): Render {
  const values = typeOfSchema({
    type: "object",
    additionalProperties: false,
    required: [...names],
    properties: Object.fromEntries(names.map((name) => [name, {}])),
  });
  const parts = splitTemplate(text).map((part): Render => {
    if (part.type === "text") return () => part.text;
    const evaluate = compileTemplate(`\${${part.source}}`, { names: { values } });
    return (given) => escape(textOf(evaluate({ values: given }, newFuel())));
  });
  return (given) => parts.map((part) => part(given)).join("");
}

/** Money as `12.50 EUR`; null leaves nothing. */
function textOf(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isJsonObject(value) && typeof value["amount"] === "number" && typeof value["currency"] === "string") {
    return moneyText(value["amount"], value["currency"]);
  }
  throw new ExecutionError("invalid-value", { detail: "a value of a message is neither text, number nor money" });
}

function moneyText(amount: number, currency: string): string {
  // Intl knows how many digits a currency has; the form is the same everywhere.
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}
