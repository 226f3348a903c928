import { isJsonObject, type JsonObject, type JsonValue } from "@lintel/specs";
import { CallFailure } from "../../external/call-failure.ts";
import { sendExplained } from "../../external/http-request.ts";
import type { PaymentProviderApi, PaymentReceipt, PaymentRequest } from "../payment-provider.ts";
import { explain, isDone, receiptOf } from "./answers.ts";
import { chargeOf, keyField, stripeRequest } from "./requests.ts";

/** Pinned, so that an account's upgrade changes no answer. */
const version = "2024-06-20";
/** Pages of 100 that a look-up reads at most. */
const maximumPages = 20;

interface StripeAccount {
  readonly baseUrl: string;
  readonly secret: string;
}

/** Stripe's API, v1 (docs.stripe.com/api): PaymentIntents that are confirmed as they are made, and refunds. */
export function stripe({ baseUrl, secret }: StripeAccount): PaymentProviderApi {
  const base = baseUrl.replace(/\/$/u, "");
  const headers = { Authorization: `Bearer ${secret}`, "Stripe-Version": version };
  const get = async (path: string, timeout: number): Promise<JsonValue> => {
    const url = new URL(`${base}/v1/${path}`);
    return (await sendExplained({ method: "GET", url, headers, body: undefined, timeout }, explain)).body;
  };
  return {
    prepare: (request, key) => {
      const { path, fields } = stripeRequest(request, key);
      const url = new URL(`${base}/v1/${path}`);
      const post = { method: "POST", url, headers: { ...headers, "Idempotency-Key": key } };
      return {
        send: async (timeout) => {
          const answer = await sendExplained({ ...post, body: new URLSearchParams(fields), timeout }, explain);
          return receiptOf(request.operation, answer.body);
        },
        lookUp: (since, timeout) => lookUp(request, key, since, (target) => get(target, timeout)),
      };
    },
  };
}

type Get = (path: string) => Promise<JsonValue>;

/** Lists are read, not the search, which may lag a minute behind (docs.stripe.com/search, "Data freshness"). */
async function lookUp(
  { operation, charge, customer }: PaymentRequest,
  key: string,
  since: number,
  get: Get,
): Promise<PaymentReceipt | undefined> {
  if (operation === "capture" || operation === "cancel") {
    const body = await get(`payment_intents/${chargeOf(charge)}`);
    return isDone(operation, body) ? receiptOf(operation, body) : undefined;
  }
  // Clocks differ.
  const created = { "created[gte]": String(Math.floor(since / 1000) - 300), limit: "100" };
  const isIntent = operation === "charge" || operation === "authorize";
  const filter = isIntent ? (customer === undefined ? {} : { customer }) : ofCharge(charge);
  const query = { ...created, ...filter };
  const found = await findByKey(isIntent ? "payment_intents" : "refunds", query, key, get);
  return found !== undefined && isDone(operation, found) ? receiptOf(operation, found) : undefined;
}

function ofCharge(charge: string | undefined): Readonly<Record<string, string>> {
  const id = chargeOf(charge);
  return id.startsWith("ch_") ? { charge: id } : { payment_intent: id };
}

async function findByKey(
  list: string,
  query: Readonly<Record<string, string>>,
  key: string,
  get: Get,
): Promise<JsonObject | undefined> {
  let after: Readonly<Record<string, string>> = {};
  for (let page = 0; page < maximumPages; page += 1) {
    const body = await get(`${list}?${new URLSearchParams({ ...query, ...after }).toString()}`);
    if (!isJsonObject(body) || !Array.isArray(body["data"])) throw new CallFailure("unknown", "answer");
    const items = (body["data"] as readonly JsonValue[]).filter(isJsonObject);
    const found = items.find(({ metadata }) => isJsonObject(metadata ?? null) && keyOf(metadata) === key);
    if (found !== undefined) return found;
    const last = items.at(-1)?.["id"];
    if (body["has_more"] !== true || typeof last !== "string") return undefined;
    after = { starting_after: last };
  }
  throw new CallFailure("unknown", "answer", { detail: "left too many charges to look through" });
}

function keyOf(metadata: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(metadata ?? null) ? (metadata as JsonObject)[keyField] : undefined;
}
