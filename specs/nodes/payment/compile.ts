import { compact } from "../../compile/compact.ts";
import type { PaymentNode, ValueTemplate } from "../../language/flow.ts";
import { type AuthoredExternal, externalFields } from "../external-fields.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredPayment extends AuthoredNode, AuthoredExternal {
  readonly provider?: string;
  readonly operation: PaymentNode["operation"];
  readonly amount?: ValueTemplate;
  readonly charge?: ValueTemplate;
  readonly customer?: ValueTemplate;
  readonly paymentMethod?: ValueTemplate;
  readonly metadata?: Readonly<Record<string, ValueTemplate>>;
}

export const compilePayment: CompileNode<"payment"> = (node, context) => {
  const {
    provider,
    operation,
    amount,
    charge,
    customer,
    paymentMethod,
    metadata = {},
    ...external
  } = node as AuthoredPayment;
  return compact<PaymentNode>({
    ...externalFields(external, context),
    type: "payment",
    provider: context.provider("payment", provider),
    operation,
    amount,
    charge,
    customer,
    paymentMethod,
    metadata,
  });
};
