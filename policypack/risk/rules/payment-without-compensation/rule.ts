import { errorEdges } from "../../flow/error-edges.ts";
import { actionOf, inAnyOrder } from "../../flow/evidence.ts";
import { partsOf } from "../../risk-context.ts";
import type { Rule } from "../../rule.ts";
import { givesBackPayment, isCompensated, takesMoney } from "./compensation.ts";

const advice = 'add "compensate", or an "onError" to a node that gives the money back';

export const paymentWithoutCompensation: Rule = {
  id: "payment-without-compensation",
  level: "red",
  title: "A payment that nothing gives back",
  rationale: "The money is taken, a later step fails, and the customer has paid for an order that does not exist.",
  fix: { kind: "add-compensation", title: advice },
  check: (context) =>
    partsOf(context, "payment")
      .filter(({ node }) => takesMoney(node) && !isCompensated(node))
      .map((payment) => ({
        payment,
        edges: errorEdges(payment, context, (node) => node.type === "payment" && givesBackPayment(node, payment.node)),
      }))
      .filter(({ edges }) => !edges.coverEveryPath)
      .map(({ payment: { node }, edges }) => ({
        node: node.id,
        message:
          edges.uncovered === undefined
            ? `nothing gives back the payment "${node.id}"; ${advice}`
            : `nothing gives back the payment "${node.id}" when "${edges.uncovered}" fails; ${advice}`,
        confidence: "certain",
        evidence: {
          payment: actionOf(node),
          later: inAnyOrder(edges.later.map(({ id, onError }) => ({ id, onError }))),
        },
      })),
};
