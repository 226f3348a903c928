// Decision: docs/decisions/0016-what-a-lost-answer-means.md; SMTP honours no keys, so a message of which nobody knows whether it
// was taken is sent again only where the node says that it may come twice.
import { type EmailNode, isJsonObject, type JsonObject, type JsonValue, newFuel } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { callNow, callPolicy } from "../external/call-policy.ts";
import { effectKey } from "../external/journal.ts";
import { performCall } from "../external/perform-call.ts";
import { contextOf, type FlowRun } from "../flow/flow-run.ts";
import type { EmailMessage } from "../providers/email-provider.ts";
import { asHtml, asIs, compileText } from "../providers/smtp/render-template.ts";
import { isAddress, smtp } from "../providers/smtp/smtp.ts";
import { SettingsError } from "../settings.ts";
import type { Preparation, Runner } from "./runner.ts";

export const email: Runner<"email"> = {
  isServed: true,
  prepare: (node, preparation) => {
    const { id } = node;
    const { api, template } = openProvider(node, preparation);
    const build = compileMessage(node, template, preparation);
    const mayRepeat = node.delivery === "atLeastOnce";
    const policy = callPolicy(node, node.provider, mayRepeat, preparation);
    return async (run) => {
      run.budget.takeExternalCall();
      const messageId = `${effectKey(run.execution, run.path + id)}@${api.domain}`;
      const prepared = await api.prepare({ id: messageId, ...build(run) });
      const plan = { mayRepeat, isRepeatable: mayRepeat };
      return performCall(run, id, plan, async (effect): Promise<JsonObject> => {
        await callNow(policy, run, effect, (timeout) => prepared.send(timeout));
        return { id: messageId };
      });
    };
  },
};

function openProvider({ id, provider: name, template }: EmailNode, { slice, secret }: Preparation) {
  const provider = slice.workspace.providers.find((candidate) => candidate.name === name);
  if (provider?.type !== "email") throw new SettingsError(`node ${id}: there is no email provider ${name}`);
  const { templates = {} } = provider;
  const found = Object.hasOwn(templates, template) ? templates[template] : undefined;
  if (found === undefined) {
    throw new SettingsError(
      `node ${id}: provider ${name} has no template ${template}; write it under templates of the provider in workspace.yaml`,
    );
  }
  const credential = provider.secret === undefined ? undefined : secret(provider.secret);
  return { api: smtp({ ...provider, secret: credential }), template: found };
}

type BuildMessage = (run: FlowRun) => Omit<EmailMessage, "id">;

function compileMessage(
  { id, to, subject, values }: EmailNode,
  template: ReturnType<typeof openProvider>["template"],
  preparation: Preparation,
): BuildMessage {
  const names = Object.keys(values);
  const address = preparation.template(to, id);
  const given = preparation.template(values, id);
  const ownSubject = subject === undefined ? undefined : preparation.template(subject, id);
  const [title, text] = [compileText(template.subject, names, asIs), compileText(template.text, names, asIs)];
  const html = template.html === undefined ? undefined : compileText(template.html, names, asHtml);
  return (run) => {
    const context = contextOf(run);
    const known = given(context, newFuel());
    const filled = isJsonObject(known) ? known : {};
    return {
      to: addressOf(address(context, newFuel()), id),
      subject: lineOf(ownSubject === undefined ? title(filled) : ownSubject(context, newFuel()), id),
      text: text(filled),
      html: html?.(filled),
    };
  };
}

function addressOf(value: JsonValue, node: string): string {
  if (typeof value === "string" && isAddress(value)) return value;
  throw new ExecutionError("invalid-value", { node, detail: "the value of to is not one e-mail address" });
}

/** A header is one line: what a value holds must not end it. */
function lineOf(value: JsonValue, node: string): string {
  if (typeof value === "string" && value !== "" && value.length <= 500 && !/[\p{Cc}\u2028\u2029]/u.test(value))
    return value;
  throw new ExecutionError("invalid-value", { node, detail: "the subject of a message is not one line of text" });
}
