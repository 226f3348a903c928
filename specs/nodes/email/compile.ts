import { compact } from "../../compile/compact.ts";
import type { EmailNode, ValueTemplate } from "../../language/flow.ts";
import { type AuthoredExternal, externalFields } from "../external-fields.ts";
import type { AuthoredNode, CompileNode } from "../node-compiler.ts";

interface AuthoredEmail extends AuthoredNode, AuthoredExternal {
  readonly provider?: string;
  readonly template: string;
  readonly to: ValueTemplate;
  readonly subject?: ValueTemplate;
  readonly values?: Readonly<Record<string, ValueTemplate>>;
}

export const compileEmail: CompileNode<"email"> = (node, context) => {
  const { provider, template, to, subject, values = {}, ...external } = node as AuthoredEmail;
  return compact<EmailNode>({
    ...externalFields(external, context),
    type: "email",
    provider: context.provider("email", provider),
    template,
    to,
    subject,
    values,
  });
};
