import type { FlowNode, Workspace } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { branch, transaction, transform, workspace } from "../specs/bundle/specs-in-memory.ts";
import { call, found, payment, retry, slice, write } from "./slices-in-memory.ts";

const timeout = 1000;
const charge = (fields: Parameters<typeof payment>[1] = {}): FlowNode =>
  payment("charge", { timeout, retry, ...fields });
const refund = (id: string, after: readonly string[] = []): FlowNode =>
  payment(id, { timeout, retry, after, operation: "refund", charge: "${nodes.charge.id}" });
const book = (onError: string, id = "book"): FlowNode => ({
  ...transaction(id, [write(`${id}Row`)], ["charge"]),
  onError,
});
const finding = "payment-without-compensation charge";
const base = { after: [], onError: "fail" } as const;
const undoWith = (...before: readonly FlowNode[]): readonly FlowNode[] => {
  const nodes = [...before, refund("back", [...before.map(({ id }) => id)])];
  return [charge(), book("undo"), { ...base, type: "retry", id: "undo", retry, nodes }];
};
const assert = (onError = "fail"): FlowNode => ({
  ...base,
  type: "assert",
  id: "check",
  expr: "input.n > 3",
  message: "m",
  onError,
});
const read = (one: boolean, optional = false): FlowNode => {
  const lists = { sort: [], include: [], includeDeleted: false } as const;
  return { ...base, ...lists, type: "read", id: "row", entity: "Order", one, optional, limit: 5 };
};

describe("a payment", () => {
  it.each<[string, readonly FlowNode[]]>([
    ["it stands alone", [charge()]],
    ["a later node can fail", [charge(), book("fail")]],
    [
      "its compensation refunds another payment",
      [charge({ compensate: { operation: "refund", charge: "${nodes.other.id}" } })],
    ],
    ["one of two later nodes has no error edge", [charge(), book("undo"), book("fail", "note"), refund("undo")]],
    ["the recovery gives nothing back", [charge(), book("undo"), transform("undo", "1")]],
    ["the recovery may skip the refund", [charge(), book("undo"), branch("undo", [refund("back")])]],
    ["the recovery is conditional", [charge(), book("undo"), { ...refund("undo"), when: "input.really" }]],
    ["everything later goes on and nothing recovers", [charge(), book("continue")]],
    ["its own failure is noted and nothing more", [charge({ onError: "note" }), transform("note", "1")]],
    ["a later write goes on regardless", [charge(), book("undo"), book("continue", "log"), refund("undo")]],
    [
      "a write deeper in a later node goes on regardless",
      [charge(), { ...branch("way", [book("continue")]), onError: "undo" }, refund("undo")],
    ],
    [
      "the recovery refunds a payment that is named by a text",
      [charge(), book("undo"), { ...refund("undo"), charge: "ch_1" } as FlowNode],
    ],
    ["an assertion can stop the refund", undoWith(assert())],
    ["a policy can stop the refund", undoWith({ ...assert(), type: "policyCheck" } as FlowNode)],
    ["a row that is not there stops the refund", undoWith(read(true))],
    ["a write can stop the refund", undoWith(transaction("note", [write("noted")]))],
    ["another call can stop the refund", undoWith(call("tell"))],
    ["an assertion in a branch before it can stop the refund", undoWith(branch("way", [assert()]))],
    ["the recovery refunds a part", [charge(), book("undo"), { ...refund("undo"), amount: 1 } as FlowNode]],
    [
      "the recovery refunds by another provider",
      [charge(), book("undo"), { ...refund("undo"), provider: "other" } as FlowNode],
    ],
    [
      "the recovery refunds another payment",
      [charge(), book("undo"), { ...refund("undo"), charge: "${nodes.other.id}" } as FlowNode],
    ],
    ["the refund may fail unseen", [charge(), book("undo"), { ...refund("undo"), onError: "continue" }]],
    [
      "the refund only reads the payment's id somewhere",
      [charge({ compensate: { operation: "refund", charge: 'ch_1${nodes.charge.id == "" ? "" : ""}' } })],
    ],
    [
      "its compensation reads it in a condition",
      [charge({ compensate: { operation: "refund", charge: '${nodes.charge.id == "x" ? "a" : "b"}' } })],
    ],
    ["its compensation refunds a part", [charge({ compensate: { operation: "refund", amount: 1 } })]],
    [
      "only the container's edge refunds, which finds the payment's id gone",
      [{ ...branch("way", [charge(), book("fail")]), onError: "undo" }, refund("undo")],
    ],
    ["it is captured", [charge({ operation: "capture", charge: "ch_1" })]],
    ["it fails with the branch that holds it", [branch("way", [charge()]), { ...book("fail"), after: ["way"] }]],
  ])("is not covered when %s", (_, flow) => {
    expect(found(flow)).toContain(finding);
  });

  it("is not covered by error edges inside a loop, where one recovery stands for many payments", () => {
    const loop = {
      ...transaction("each", []),
      type: "forEach",
      items: "input.items",
      maximum: 5,
      nodes: [charge(), book("undo"), refund("undo")],
    };
    expect(found([loop as unknown as FlowNode])).toContain(finding);
  });

  it.each<[string, readonly FlowNode[]]>([
    ["its own refund", [charge({ compensate: { operation: "refund", charge: "${nodes.charge.id}" } }), book("fail")]],
    ["its own cancellation", [charge({ compensate: { operation: "cancel" } }), book("fail")]],
    ["an error edge to a refund", [charge(), book("undo"), refund("undo")]],
    [
      "an error edge to a container that always refunds",
      [charge(), book("undo"), transaction("undo", [refund("back")])],
    ],
    ["error edges of all that can fail", [charge(), book("undo"), book("undo", "note"), refund("undo")]],
    ["an error edge of its own to a refund when nothing comes later", [charge({ onError: "undo" }), refund("undo")]],
    [
      "an error edge to a refund that is tried again",
      [
        charge(),
        book("undo"),
        { ...transaction("undo", [refund("back")]), type: "retry", retry } as unknown as FlowNode,
      ],
    ],
    ["a refund behind an assertion that is gone on from", undoWith(assert("continue"))],
    ["a refund behind what decides nothing", undoWith(transform("text", "1"))],
    [
      "a refund behind a list, and behind a row that may be missing",
      undoWith(read(false), { ...read(true, true), id: "maybe" }),
    ],
    [
      "a refund before an assertion",
      [
        charge(),
        book("undo"),
        { ...base, type: "retry", id: "undo", retry, nodes: [refund("back"), { ...assert(), after: ["back"] }] },
      ],
    ],
    [
      "an error edge, where a call without writes goes on",
      [charge(), call("tell", { onError: "continue" }), book("undo"), refund("undo")],
    ],
    [
      "an error edge, where the refund's own failure is reported",
      [charge(), book("undo"), { ...refund("undo"), onError: "alert" }, transform("alert", "1")],
    ],
  ])("is covered by %s", (_, flow) => {
    expect(found(flow)).not.toContain(finding);
  });

  it("that only holds money is released, which a refund cannot do", () => {
    const authorize = { operation: "authorize", amount: "${input.total}" } as const;
    const held = (operation: "refund" | "cancel"): readonly FlowNode[] => [
      charge({ ...authorize, compensate: { operation } }),
    ];
    expect(found(held("cancel"))).not.toContain(finding);
    expect(found(held("refund"))).toContain(finding);
    expect(found([charge(authorize)])).toContain(finding);
  });

  it("that gives money back needs nothing to give it back", () => {
    expect(found([refund("undo"), payment("void", { timeout, retry, operation: "cancel", charge: "ch_1" })])).toEqual(
      [],
    );
  });
});

describe("a call to a payment provider", () => {
  const providers: Workspace["providers"] = [
    ...workspace.providers,
    { type: "payment", name: "house", api: "stripe", baseUrl: "https://pay.example.com/v1" },
    { type: "http", name: "sneaky", baseUrl: "https://API.Adyen.com./v1", idempotencyKeys: false },
  ];
  const values = { api: "https://api.mollie.com" };
  const foundFor = (fields: object): readonly string[] => {
    const { provider: _, ...node } = call("pay") as FlowNode & { readonly provider?: string };
    return found(slice([{ ...node, ...fields } as FlowNode], { workspace: { ...workspace, providers, values } }));
  };

  it.each([
    { url: "https://api.stripe.com/v1/charges" },
    { url: "HTTPS://API.STRIPE.COM:443/v1/charges" },
    { url: "https://user@api.stripe.com/v1/charges" },
    { url: "https://api.stripe.com${input.path}" },
    { url: "https://${input.region}.paypal.com/v2/payments" },
    { url: "${workspace.values.api}/v2/payments" },
    { url: "https://${input.host}/v1/charges" },
    { url: 'https://${"api.stripe.com"}/v1' },
    { url: '${"https://api.stripe.com/v1"}' },
    { url: 'https://api.${"stripe"}.com/v1' },
    { url: '${workspace . values . api + "/v1"}' },
    { url: "https://pay.example.com/v1/charges" },
    { provider: "sneaky", url: "/payments" },
    { url: "https://merchant.revolut.com/api/orders" },
    { url: "https://api.trustly.com/1" },
    { url: "https://demo-api.vivapayments.com/checkout/v2/orders" },
    { url: "https://pay-api.amazonpay.com/live/v2/charges" },
    { url: "https://pay-api.amazon.eu/live/v2/charges" },
    { provider: "crm", url: "https://api.stripe.com/v1/charges" },
    { provider: "crm", url: "//api.stripe.com/v1/charges" },
    {
      method: "GET",
      url: "https://x.example.com",
      compensate: { method: "POST", url: "https://api.stripe.com/v1/refunds" },
    },
  ])("is found for %j", (fields) => {
    expect(foundFor(fields)).toEqual(["payment-over-http pay"]);
  });

  it.each([
    { method: "GET", url: "https://api.stripe.com/v1/charges" },
    { url: "https://api.stripe.com.example.com/" },
    { url: "https://notstripe.com/" },
    { url: "https://example.com/api.stripe.com" },
    { provider: "crm", url: "/stripe.com" },
  ])("is not found for %j", (fields) => {
    expect(foundFor(fields)).toEqual([]);
  });
});
