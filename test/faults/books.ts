// The pass rule of every fault: success audit rows = committed effects; every saga completed or compensated; the provider's ledger
// balances; each idempotency key seen with one effect; one record per execution.
import type { Granted } from "./callers.ts";
import { price, ways } from "./shop.ts";
import type { Shop } from "./start-shop.ts";

interface OrderRow {
  readonly id: string;
  readonly reference: string;
  readonly lines: string;
}

interface RecordRow {
  readonly execution_id: string;
  readonly tool: string;
  readonly kind: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly changes: readonly { readonly entity: string; readonly id: string; readonly action: string }[];
}

export interface BookRules {
  /** Whether a call may end in a provider's failure. */
  readonly providersFail?: boolean;
}

/** What is wrong with the books after these answers, one sentence each; empty where all is well. */
export async function auditBooks(
  shop: Shop,
  granted: readonly Granted[],
  { providersFail = false }: BookRules = {},
): Promise<readonly string[]> {
  const orders = await shop.postgres.query<OrderRow>(
    `SELECT o.id, o.reference, (SELECT count(*) FROM app.line l WHERE l.order_id = o.id) AS lines FROM app."order" o`,
  );
  const records = await shop.postgres.query<RecordRow>(
    `SELECT execution_id, tool, kind, outcome, status, changes FROM lintel.audit_log WHERE kind IN ('segment', 'execution')`,
  );
  const paid = await paidBy(shop);
  return [
    ...granted.flatMap((wish) =>
      checkWish(wish, { orders, paid, dispatched: shop.warehouse.standing(), shop, providersFail }),
    ),
    ...checkRecords(orders, records),
    ...(await checkLoose(shop)),
  ];
}

interface Books {
  readonly orders: readonly OrderRow[];
  /** By reference. */
  readonly paid: ReadonlyMap<string, number>;
  /** References. */
  readonly dispatched: readonly string[];
  readonly shop: Shop;
  readonly providersFail: boolean;
}

function checkWish(
  { way, reference, reply, repeated }: Granted,
  { orders, paid, dispatched, shop, providersFail }: Books,
): readonly string[] {
  const own = orders.filter((order) => order.reference === reference);
  // A call that its provider has failed is undone, where nothing of it was committed.
  const hasFailed = reply.status >= 502 && reply.status <= 504 && way !== "place-order" && providersFail;
  const rule = hasFailed ? ways["buy-in-vain"] : ways[way];
  const expected = {
    status: hasFailed ? reply.status : rule.isServed ? 200 : 422,
    orders: rule.isServed ? 1 : 0,
    paid: rule.isPaid ? price : 0,
    dispatched: rule.isDispatched ? 1 : 0,
  };
  const actual = {
    status: reply.status,
    orders: own.length,
    paid: paid.get(reference) ?? 0,
    dispatched: dispatched.filter((other) => other === reference).length,
  };
  const wrong = (Object.keys(expected) as (keyof typeof expected)[])
    .filter((name) => expected[name] !== actual[name])
    .map((name) => `${name} ${String(actual[name])}, not ${String(expected[name])}`);
  if (own.some(({ lines }) => lines !== "1")) wrong.push("an order without its line");
  if (rule.isServed && reply.status === 200 && reply.body["id"] !== own[0]?.id) wrong.push("the answer names no order");
  if (repeated !== undefined && JSON.stringify(repeated.body["id"]) !== JSON.stringify(reply.body["id"]))
    wrong.push(`repeated: ${String(repeated.status)} ${JSON.stringify(repeated.body)}`);
  const mails = shop.mail.taken.filter(({ text }) => text.includes(`Order ${reference}\r`)).length;
  // Where the spec says that a message may come twice, it comes; where it says nothing, it does not come twice.
  if (way === "buy-order" && !hasFailed ? mails === 0 : mails > 1) wrong.push(`${String(mails)} messages`);
  return wrong.length === 0 ? [] : [`${way} ${reference}: ${wrong.join("; ")} (${JSON.stringify(reply.body)})`];
}

/** Charges minus refunds, by the reference that the charge was made for. */
async function paidBy({ stripe }: Shop): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${stripe.url}/v1/payment_intents?limit=1000000`, {
    headers: { Authorization: "Bearer sk_test_faults", "Stripe-Version": "2024-06-20" },
  });
  const { data } = (await response.json()) as { readonly data: readonly Intent[] };
  const references = new Map(data.map(({ id, metadata }) => [id, metadata["reference"] ?? "?"]));
  const paid = new Map<string, number>();
  for (const { charge, to, amount } of stripe.ledger) {
    const reference = references.get(charge) ?? "?";
    paid.set(reference, (paid.get(reference) ?? 0) + (to === "merchant" ? amount : -amount));
  }
  return paid;
}

interface Intent {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
}

function checkRecords(orders: readonly OrderRow[], records: readonly RecordRow[]): readonly string[] {
  const wrong: string[] = [];
  const ends = Map.groupBy(
    records.filter(({ kind }) => kind === "execution"),
    ({ execution_id }) => execution_id,
  );
  for (const [id, own] of ends) {
    if (own.length > 1) wrong.push(`execution ${id} has ${String(own.length)} records: ${own.map(outcome).join(", ")}`);
  }
  const segments = records.filter(({ kind }) => kind === "segment");
  const creations = segments.flatMap(({ execution_id, changes }) =>
    changes
      .filter(({ entity, action }) => entity === "Order" && action === "create")
      .map(({ id }) => ({ id, execution_id })),
  );
  const created = Map.groupBy(creations, ({ id }) => id);
  for (const { id, reference } of orders) {
    const by = created.get(id) ?? [];
    if (by.length !== 1) wrong.push(`order ${reference} is in ${String(by.length)} segment records`);
    const ended = by.flatMap(({ execution_id }) => ends.get(execution_id) ?? []);
    if (!ended.some((end) => end.outcome === "succeeded")) {
      wrong.push(`order ${reference} has no success record: ${ended.map(outcome).join(", ") || "none"}`);
    }
  }
  const standing = new Set(orders.map(({ id }) => id));
  const lost = creations.filter(({ id }) => !standing.has(id));
  if (lost.length > 0) wrong.push(`${String(lost.length)} segment records of orders that do not exist`);
  const successes = records.filter(
    (record) => record.kind === "execution" && record.outcome === "succeeded" && record.tool in ways,
  );
  if (successes.length !== orders.length) {
    wrong.push(`${String(successes.length)} success records of ${String(orders.length)} orders`);
  }
  return wrong;
}

function outcome({ outcome: name, status }: RecordRow): string {
  return `${name} ${String(status)}`;
}

/** A message of which nobody can say whether it went out, and the spec does not say that it may come twice. */
const isForAPerson = `(tool = 'buy-in-parts' AND node = 'receipt' AND state = 'unknown')`;

/** Work that nobody finished, but for what waits for a person, visibly. */
async function checkLoose({ postgres }: Shop): Promise<readonly string[]> {
  const loose = [
    ...(await postgres.query<{ what: string }>(
      `SELECT 'effect ' || tool || '.' || node || ' is ' || state AS what FROM lintel.effects WHERE state IN ('started', 'unknown') AND NOT ${isForAPerson}`,
    )),
    ...(await postgres.query<{ what: string }>(
      `SELECT 'key ' || key || ' of ' || tool || ' is ' || state AS what FROM lintel.idempotency_keys WHERE state <> 'done' AND lease_until > clock_timestamp()`,
    )),
  ];
  const [standing] = await postgres.query<{ there: boolean }>(
    `SELECT to_regclass('lintel.executions') IS NOT NULL AS there`,
  );
  const open =
    standing?.there === true
      ? await postgres.query<{ what: string }>(
          `SELECT 'execution of ' || tool || ' is ' || state AS what FROM lintel.executions WHERE state <> 'done'
             AND NOT (state = 'parked' AND id IN (SELECT execution_id FROM lintel.effects WHERE ${isForAPerson}))`,
        )
      : [];
  return [...loose, ...open].map(({ what }) => what);
}
