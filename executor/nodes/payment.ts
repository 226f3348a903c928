// Decision: docs/decisions/0016-what-a-lost-answer-means.md
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  newFuel,
  type PaymentNode,
  type ScopePlace,
} from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { CallFailure } from "../external/call-failure.ts";
import { type CallPolicy, callAfterwards, callNow, callPolicy } from "../external/call-policy.ts";
import type { EffectRecord, Resolution } from "../external/effect-record.ts";
import { effectKey } from "../external/journal.ts";
import { performCall } from "../external/perform-call.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type {
  Money,
  PaymentProviderApi,
  PaymentReceipt,
  PaymentRequest,
  PreparedPayment,
} from "../providers/payment-provider.ts";
import { stripe } from "../providers/stripe/stripe.ts";
import { SettingsError } from "../settings.ts";
import type { Preparation, Runner } from "./runner.ts";

export const payment: Runner<"payment"> = {
  isServed: true,
  prepare: (node, preparation) => {
    const { id } = node;
    const api = openProvider(node, preparation);
    const policy = callPolicy(node, node.provider, true, preparation);
    const build = compilePayment(id, node as unknown as JsonObject, "node", preparation);
    const undo = compileUndo(node, preparation);
    const compensate =
      undo === undefined
        ? undefined
        : async (run: FlowRun, effect: Pick<EffectRecord, "node" | "startedAt">): Promise<void> => {
            const request = undo(run, effect.node);
            await untilBooked(effect, (name) => {
              const call = api.prepare(request, effectKey(run.execution, name));
              return certainly(call, policy, effect.startedAt);
            });
          };
    return async (run) => {
      run.budget.takeExternalCall();
      const path = run.path + id;
      const call = api.prepare(build(run, path), effectKey(run.execution, path));
      const since = run.journal?.knownEffect(path)?.startedAt ?? Date.now();
      const resolve = (): Promise<Resolution> => resolution(() => certainly(call, policy, since));
      const plan = { compensate, resolve, isRepeatable: true };
      return performCall(run, id, plan, (effect) => callNow(policy, run, effect, (timeout) => call.send(timeout)));
    };
  },
};

/**
 * Asks until it is known whether the request has had its effect: with its own key, which has one effect at most; and where the
 * provider has lost the answer itself, among what it has booked. @throws CallFailure
 */
async function certainly(call: PreparedPayment, policy: CallPolicy, since: number): Promise<PaymentReceipt> {
  try {
    return await callAfterwards(policy, (timeout) => call.send(timeout));
  } catch (error) {
    const isOver = error instanceof CallFailure && error.effect === "unknown" && error.reason === "status";
    if (!isOver) throw error;
    const found = await callAfterwards(policy, (timeout) => call.lookUp(since, timeout));
    if (found !== undefined) return found;
    throw new CallFailure("none", "absent", { status: error.status, cause: error });
  }
}

/** Keys that one refund may use up. */
const mostKeys = 3;

/**
 * Undoes under a key, and under the next one where the provider keeps an error for it and has nothing booked: that key will never do.
 * A later attempt asks for each of them anew, in the same order.
 */
async function untilBooked(
  { node }: Pick<EffectRecord, "node">,
  ask: (name: string) => Promise<unknown>,
): Promise<void> {
  for (let count = 1; ; count += 1) {
    try {
      await ask(`${node}/compensate${count === 1 ? "" : `/${String(count)}`}`);
      return;
    } catch (error) {
      const isAbsent = error instanceof CallFailure && error.reason === "absent";
      if (!isAbsent || count === mostKeys) throw error;
    }
  }
}

async function resolution(ask: () => Promise<PaymentReceipt>): Promise<Resolution> {
  try {
    return { state: "succeeded", result: await ask() };
  } catch (error) {
    // That it was not asked now says nothing of then.
    if (error instanceof CallFailure && (error.reason === "declined" || error.reason === "absent")) {
      return { state: "failed", errorCode: "external-call-failed" };
    }
    throw error;
  }
}

function openProvider({ id, provider: name }: PaymentNode, { slice, secret }: Preparation): PaymentProviderApi {
  const provider = slice.workspace.providers.find((candidate) => candidate.name === name);
  if (provider?.type !== "payment") throw new SettingsError(`node ${id}: there is no payment provider ${name}`);
  if (provider.secret === undefined)
    throw new SettingsError(`provider ${name} has no secret; name one in workspace.yaml`);
  return apis[provider.api]({ baseUrl: provider.baseUrl, secret: secret(provider.secret) });
}

const apis = { stripe } as const;

type BuildPayment = (run: FlowRun, path: string) => PaymentRequest;

function compileUndo({ id, compensate }: PaymentNode, preparation: Preparation): BuildPayment | undefined {
  if (compensate === undefined) return undefined;
  // What is undone is what was done, where nothing else is said.
  return compilePayment(id, { charge: `\${nodes.${id}.id}`, ...compensate }, "compensate", preparation);
}

function compilePayment(node: string, fields: JsonObject, place: ScopePlace, { template }: Preparation): BuildPayment {
  const operation = fields["operation"] as PaymentRequest["operation"];
  const [amount, charge, customer, method, metadata] = [
    "amount",
    "charge",
    "customer",
    "paymentMethod",
    "metadata",
  ].map((name) => (fields[name] === undefined ? undefined : template(fields[name] ?? null, node, place)));
  return (run, path) => {
    const value = (evaluate: typeof amount): JsonValue => evaluate?.(contextOf(run), newFuel()) ?? null;
    return {
      operation,
      amount: amount === undefined ? undefined : moneyOf(value(amount), node),
      charge: textOf(value(charge), "charge", node),
      customer: textOf(value(customer), "customer", node),
      method: textOf(value(method), "paymentMethod", node),
      metadata: { ...metadataOf(value(metadata), node), lintel_execution: run.execution.id, lintel_node: path },
    };
  };
}

function moneyOf(value: JsonValue, node: string): Money {
  if (isJsonObject(value) && typeof value["amount"] === "number" && typeof value["currency"] === "string") {
    return { amount: value["amount"], currency: value["currency"] };
  }
  throw new ExecutionError("invalid-value", { node, detail: "the amount of a payment is no money" });
}

function textOf(value: JsonValue, name: string, node: string): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new ExecutionError("invalid-value", { node, detail: `the ${name} of a payment is no text` });
}

/** Characters of one value, as the strictest provider has it. */
const longestMetadata = 500;

function metadataOf(value: JsonValue, node: string): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(
    entries.map(([name, inner]) => {
      const text = typeof inner === "string" ? inner : JSON.stringify(inner);
      if (text.length <= longestMetadata && text.isWellFormed() && /^[A-Za-z0-9_-]{1,40}$/u.test(name)) {
        return [name, text] as const;
      }
      throw new ExecutionError("invalid-value", { node, detail: `metadata ${name} of a payment is too long` });
    }),
  );
}
