// Stripe's API v1 on loopback, as far as the executor speaks it: PaymentIntents, refunds, idempotency keys, and a ledger.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What goes wrong with one request: `hangBefore` and `resetBefore` book nothing, `hangAfter` and `resetAfter` book and never
 * answer, `fail` answers 500 and books nothing, `failAfter` books and answers 500 (which the key then keeps, as Stripe does).
 */
export type Trouble =
  | "hangBefore"
  | "hangAfter"
  | "resetBefore"
  | "resetAfter"
  | "fail"
  | "failAfter"
  | "limit"
  | { readonly decline: string }
  | { readonly workFor: number };

/** Money that moved: out of one account, into the other. */
export interface Entry {
  readonly from: "customer" | "merchant";
  readonly to: "customer" | "merchant";
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
}

export interface StripeCall {
  readonly method: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
}

export interface StripeStandIn {
  readonly url: string;
  readonly calls: StripeCall[];
  readonly ledger: readonly Entry[];
  /** Charges minus refunds, in the smallest unit of all currencies together. */
  balance(): number;
  /** What goes wrong with the next requests to a path that begins so, in order; null lets one through. */
  trouble(path: string, ...troubles: readonly (Trouble | null)[]): void;
  clear(): void;
  stop(): Promise<void>;
}

type Fields = Readonly<Record<string, string>>;
interface Answer {
  readonly status: number;
  readonly body: object;
}
interface Intent {
  readonly id: string;
  readonly object: "payment_intent";
  readonly amount: number;
  readonly currency: string;
  status: string;
  refunded: number;
  amount_received: number;
  readonly customer: string | null;
  readonly created: number;
  readonly metadata: Fields;
}
interface Refund {
  readonly id: string;
  readonly object: "refund";
  readonly amount: number;
  readonly currency: string;
  readonly status: "succeeded";
  readonly payment_intent: string;
  readonly created: number;
  readonly metadata: Fields;
}
interface Kept {
  readonly request: string;
  answer: Answer | undefined;
}

export async function startStripe(secret: string): Promise<StripeStandIn> {
  const calls: StripeCall[] = [];
  const ledger: Entry[] = [];
  const intents: Intent[] = [];
  const refunds: Refund[] = [];
  const keys = new Map<string, Kept>();
  const troubles = new Map<string, (Trouble | null)[]>();

  const now = (): number => Math.floor(Date.now() / 1000);
  const intentOf = (id: string | undefined): Intent | undefined => intents.find((intent) => intent.id === id);

  function charge(fields: Fields): Answer {
    const amount = Number(fields["amount"]);
    const { currency = "", confirm } = fields;
    if (!Number.isSafeInteger(amount) || amount <= 0) return invalid("parameter_invalid_integer");
    if (!/^[a-z]{3}$/u.test(currency)) return invalid("parameter_invalid_string");
    const isManual = fields["capture_method"] === "manual";
    const intent: Intent = {
      id: `pi_${String(intents.length + 1)}`,
      object: "payment_intent",
      amount,
      currency,
      status: confirm !== "true" ? "requires_confirmation" : isManual ? "requires_capture" : "succeeded",
      refunded: 0,
      amount_received: 0,
      customer: fields["customer"] ?? null,
      created: now(),
      metadata: metadataOf(fields),
    };
    intents.unshift(intent);
    if (intent.status === "succeeded") book(intent, "customer", amount);
    return { status: 200, body: intent };
  }

  function refund(fields: Fields): Answer {
    const intent = intentOf(fields["payment_intent"]);
    if (intent === undefined) return missing();
    const left = intent.amount_received - intent.refunded;
    const amount = fields["amount"] === undefined ? left : Number(fields["amount"]);
    if (intent.status !== "succeeded" || amount <= 0 || amount > left) return invalid("charge_already_refunded");
    intent.refunded += amount;
    const made: Refund = {
      id: `re_${String(refunds.length + 1)}`,
      object: "refund",
      amount,
      currency: intent.currency,
      status: "succeeded",
      payment_intent: intent.id,
      created: now(),
      metadata: metadataOf(fields),
    };
    refunds.unshift(made);
    book(intent, "merchant", amount);
    return { status: 200, body: made };
  }

  function finish(id: string | undefined, action: string, fields: Fields): Answer {
    const intent = intentOf(id);
    if (intent === undefined) return missing();
    const isOpen = intent.status !== "succeeded" && intent.status !== "canceled";
    if (!isOpen || (action === "capture" && intent.status !== "requires_capture")) {
      return invalid("payment_intent_unexpected_state");
    }
    const taken = Number(fields["amount_to_capture"] ?? intent.amount);
    if (action === "capture" && taken > intent.amount) return invalid("amount_too_large");
    intent.status = action === "capture" ? "succeeded" : "canceled";
    if (action === "capture") book(intent, "customer", taken);
    return { status: 200, body: intent };
  }

  function book(intent: Intent, from: Entry["from"], amount: number): void {
    const { id, currency } = intent;
    if (from === "customer") intent.amount_received += amount;
    ledger.push({ from, to: from === "customer" ? "merchant" : "customer", amount, currency, charge: id });
  }

  function list(path: string, query: Fields): Answer {
    const rows: readonly (Intent | Refund)[] = path === "refunds" ? refunds : intents;
    const matching = rows.filter(
      (row) =>
        row.created >= Number(query["created[gte]"] ?? 0) &&
        (query["customer"] === undefined || ("customer" in row && row.customer === query["customer"])) &&
        (query["payment_intent"] === undefined ||
          ("payment_intent" in row && row.payment_intent === query["payment_intent"])),
    );
    const start = matching.findIndex(({ id }) => id === query["starting_after"]) + 1;
    const limit = Number(query["limit"] ?? 10);
    const data = matching.slice(start, start + limit);
    return { status: 200, body: { object: "list", data, has_more: matching.length > start + limit } };
  }

  function carryOut(path: string, fields: Fields, trouble: Trouble | null): Answer {
    if (typeof trouble === "object" && trouble !== null && "decline" in trouble) {
      const error = { type: "card_error", code: "card_declined", decline_code: trouble.decline, message: "4242 no" };
      return { status: 402, body: { error } };
    }
    const [resource, id, action] = path.split("/");
    if (resource === "refunds") return refund(fields);
    return action === undefined ? charge(fields) : finish(id, action, fields);
  }

  async function post(
    path: string,
    fields: Fields,
    key: string | undefined,
    trouble: Trouble | null,
  ): Promise<Answer | Trouble> {
    if (trouble === "limit") return failure(429, "rate_limit");
    if (trouble === "hangBefore" || trouble === "resetBefore") return trouble;
    const answered = await once(path, fields, key, trouble);
    return trouble === "hangAfter" || trouble === "resetAfter" ? trouble : answered;
  }

  async function once(path: string, fields: Fields, key: string | undefined, trouble: Trouble | null): Promise<Answer> {
    const request = JSON.stringify([path, fields]);
    const kept = key === undefined ? undefined : keys.get(key);
    if (kept !== undefined) {
      if (kept.request !== request) return failure(400, undefined, "idempotency_error");
      return kept.answer ?? failure(409, "idempotency_key_in_use", "idempotency_error");
    }
    const entry: Kept = { request, answer: undefined };
    if (key !== undefined) keys.set(key, entry);
    if (typeof trouble === "object" && trouble !== null && "workFor" in trouble) {
      await new Promise((resolve) => setTimeout(resolve, trouble.workFor));
    }
    const answer = trouble === "fail" ? failure(500) : carryOut(path, fields, trouble);
    entry.answer = trouble === "failAfter" ? failure(500) : answer;
    return entry.answer;
  }

  async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { method = "", headers } = request;
    const url = new URL(request.url ?? "", "http://stripe.test");
    const path = url.pathname.replace(/^\/v1\//u, "");
    const fields = Object.fromEntries(method === "GET" ? url.searchParams : new URLSearchParams(body));
    calls.push({ method, path, fields, headers });
    const [, queue = []] = [...troubles].find(([start]) => `${method} ${path}`.startsWith(start)) ?? [];
    const trouble = queue.shift() ?? null;
    const key = headers["idempotency-key"];
    const outcome =
      headers.authorization !== `Bearer ${secret}`
        ? failure(401)
        : headers["stripe-version"] === undefined
          ? invalid("version_missing")
          : method !== "GET"
            ? await post(path, fields, typeof key === "string" ? key : undefined, trouble)
            : trouble === "fail"
              ? failure(500)
              : path.includes("/")
                ? { status: 200, body: intentOf(path.split("/")[1]) ?? {} }
                : list(path, fields);
    if (outcome === "hangBefore" || outcome === "hangAfter") return;
    if (typeof outcome === "string") request.socket.destroy();
    else if ("body" in outcome) {
      response.writeHead(outcome.status, {
        "Content-Type": "application/json",
        ...(outcome.status === 429 ? { "Retry-After": "0" } : {}),
      });
      response.end(JSON.stringify(outcome.body));
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => void answer(request, response, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls,
    ledger,
    balance: () => ledger.reduce((sum, { to, amount }) => sum + (to === "merchant" ? amount : -amount), 0),
    trouble: (path, ...next) => void troubles.set(path, [...next]),
    clear: () => {
      calls.length = 0;
      ledger.length = 0;
      troubles.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function metadataOf(fields: Fields): Fields {
  const entries = Object.entries(fields).flatMap(([name, value]) => {
    const inner = /^metadata\[(.+)\]$/u.exec(name)?.[1];
    return inner === undefined ? [] : [[inner, value] as const];
  });
  return Object.fromEntries(entries);
}

function failure(status: number, code?: string, type = status >= 500 ? "api_error" : "invalid_request_error"): Answer {
  return { status, body: { error: { type, ...(code === undefined ? {} : { code }), message: "sk_test_leak 4242" } } };
}

function invalid(code: string): Answer {
  return failure(400, code);
}

function missing(): Answer {
  return failure(404, "resource_missing");
}
