// The workspace and its policies: who is let in, what is called, which ceilings hold.
import { breaking, info, warning } from "./define-rule.ts";

const tokens = "Tokens that callers hold are refused with 401 token-invalid.";
const moveTokens = "Let the issuer make tokens of both kinds first.";

export const workspaceRules = {
  "workspace-renamed": breaking(
    "the workspace has another name",
    "What is deployed under the old one is not found again.",
    "Keep the name.",
  ),
  "region-changed": breaking(
    "the workspace is in another region",
    "Service and database are made anew elsewhere.",
    "Deploy a second workspace, and move the data.",
  ),
  "role-removed": breaking(
    "a role is gone",
    "Its callers get 403 role-missing everywhere.",
    "Give its callers another role first.",
  ),
  "role-added": info("a role is new", "Nobody has it yet."),
  "auth-issuer-changed": breaking("tokens are taken of another issuer", tokens, moveTokens),
  "auth-audience-changed": breaking("tokens must be for another audience", tokens, moveTokens),
  "auth-keys-changed": warning(
    "the issuer's keys are read elsewhere",
    "Tokens signed by keys that are not there are refused.",
  ),
  "auth-role-claim-changed": breaking(
    "roles are read from another claim",
    "Callers lose their roles: 403 role-missing.",
    moveTokens,
  ),
  "auth-algorithm-removed": breaking("tokens signed by an algorithm are refused", tokens, moveTokens),
  "auth-algorithm-added": warning(
    "tokens signed by one more algorithm are taken",
    "The issuer decides which of its keys are strong enough.",
  ),
  "provider-added": info("a provider is new", "Nothing is called until a flow does."),
  "provider-removed": info("a provider is gone", "Flows that called it are compared by themselves."),
  "provider-changed": warning(
    "a provider is another service, or reached in another way",
    "Every flow that calls it does.",
  ),
  "provider-rate-limit-lowered": warning(
    "a provider takes fewer calls",
    "Calls get 503 external-call-limited that did not.",
  ),
  "provider-rate-limit-raised": info("a provider takes more calls", "No call is refused that was not."),
  "secret-added": warning(
    "a secret is needed",
    "It must have a value before the deployment, or the service does not start.",
  ),
  "secret-removed": info("a secret is not needed any more", "It can be deleted once the old revision is gone."),
  "body-size-lowered": breaking(
    "bodies must be smaller",
    "Calls get 413 body-too-large that did not.",
    "Keep the limit.",
  ),
  "execution-time-lowered": warning("executions must be quicker", "Calls get 504 execution-timeout that did not."),
  "external-calls-lowered": warning(
    "an execution may make fewer external calls",
    "Calls get 422 budget-exceeded that did not.",
  ),
  "call-rate-lowered": warning("one caller may call less often", "Calls get 429 too-many-calls that did not."),
  "limit-raised": info("a limit of the workspace is higher", "No call is refused that was not."),
  "default-lowered": warning(
    "a default of the workspace that limits calls is lower, or new",
    "Pages are shorter, writes of many rows are refused, or calls time out, that did not.",
  ),
  "defaults-changed": info(
    "a default of the workspace is another",
    "Nodes that rest on it are compared by the risk engine.",
  ),
  "value-changed": warning("a value that flows read is another", "Every flow that reads it does something else."),
  "policy-added": warning("a policy is new", "Calls may be refused, and tools judged worse, that were not."),
  "policy-removed": warning("a policy is gone", "What it refused or judged is not any more."),
  "policy-tools-changed": warning("a policy holds for other tools", "Tools are held to it, or are not any more."),
  "policy-deny-added": warning("a policy refuses more calls", "Calls get 403 policy-denied that did not."),
  "policy-deny-changed": warning("a policy refuses other calls", "Calls get 403 policy-denied that did not."),
  "policy-deny-removed": warning("a policy refuses fewer calls", "Calls pass that were refused."),
  "policy-rule-changed": info("a policy judges tools in another way", "The risk report shows what comes of it."),
  "budget-lowered": warning("an execution may use less", "Calls get 422 budget-exceeded that did not."),
  "budget-raised": info("an execution may use more", "No call is refused that was not."),
} as const;
