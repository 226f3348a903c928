import { compensationSites } from "../compensation-sites.ts";
import { type NodeDefinition, template, templates } from "../definition.ts";

export const payment: NodeDefinition<"payment"> = {
  type: "payment",
  category: "external",
  summary: "Charges, refunds, captures or cancels through a payment provider.",
  opensTransaction: false,
  effect: () => "externalWrite",
  branches: () => [],
  sites: (node) => [
    ...template("amount", node.amount),
    ...template("charge", node.charge),
    ...template("customer", node.customer),
    ...template("paymentMethod", node.paymentMethod),
    ...templates("metadata", node.metadata),
    ...compensationSites(node),
  ],
};
