// Tools as such: whether they are there, who may call them, how they may be repeated, what they answer when they do not.
import { breaking, info, warning } from "./define-rule.ts";

const deprecate = "Mark the tool deprecated with a sunset date, and remove it after that date.";

export const toolRules = {
  "tool-removed": breaking(
    "a tool that was not deprecated is gone",
    "Its callers get 404 from one day to the next.",
    deprecate,
  ),
  "generated-tool-removed": breaking(
    "a tool that an entity's `crud:` generated is gone",
    "Its callers get 404 from one day to the next.",
    "`crud:` cannot deprecate: write a tool file of the same name, which takes its place, with `deprecated` and `sunset`, and remove that after the date.",
  ),
  "tool-removed-before-sunset": breaking(
    "a deprecated tool is gone before its sunset date",
    "Callers were promised the tool until that date; without a date nothing was said of an end.",
    "Remove it after its sunset date.",
  ),
  "tool-removed-after-sunset": info("a tool is gone after its sunset date", "Callers were told in its Sunset header."),
  "tool-added": info("a tool is new", "Nobody calls it yet."),
  "tool-renamed": warning(
    "a tool has another name at the same route, or another tool has taken it over",
    "Calls reach it as before; client methods, audit records and the scope of Idempotency-Keys go by the name.",
  ),
  "tool-deprecated": info("a tool is deprecated", "It works as before, and says so in its Deprecation header."),
  "tool-undeprecated": info("a tool is no longer deprecated", "It is there to stay."),
  "sunset-shortened": breaking(
    "a tool may be removed earlier than was said",
    "Callers plan by the date that they were given.",
    "Keep the date.",
  ),
  "sunset-set": info("a tool has a sunset date", "It works as before until that date."),
  "sunset-too-soon": warning(
    "a tool's first sunset date has passed, or is nearer than the notice that callers are due (30 days, or `--notice`)",
    "The tool may go before its callers have heard of it.",
  ),
  "sunset-extended": info("a tool may be removed later than was said, or no longer", "Callers have more time."),
  "version-not-raised": warning(
    "a tool breaks its callers and keeps its major version",
    "Clients that pin a version take the change for a compatible one.",
  ),
  "version-lowered": warning(
    "a tool has a lower version than before",
    "Clients that pin a version take it for an older contract.",
  ),
  "role-lost-access": breaking(
    "a role may not call the tool any more",
    "Its callers get 403 role-missing.",
    "Give them another tool first, and tell them.",
  ),
  "role-gained-access": warning("a role may call the tool that could not", "More callers reach what the tool does."),
  "public-access-removed": breaking(
    "a public tool needs a token now",
    "Callers without one get 401 token-missing.",
    "Add a second tool for callers with a token, and deprecate the public one.",
  ),
  "tool-became-public": warning("anybody may call the tool now", "No token is asked for."),
  "idempotency-became-required": breaking(
    "an Idempotency-Key must be sent",
    "Callers that send none get 400 idempotency-key-required.",
    "Leave it optional until every client sends one.",
  ),
  "idempotency-removed": breaking(
    "an Idempotency-Key is not looked at any more",
    "A call that is repeated with the same key runs twice.",
    "Leave it optional.",
  ),
  "idempotency-became-optional": info(
    "an Idempotency-Key may be sent and need not",
    "Callers that send one are served as before.",
  ),
  "concurrency-changed": warning(
    "calls at the same time are told apart in another way",
    "Calls may wait, or be refused, where they were not.",
  ),
  "success-status-changed": breaking(
    "a success has another status",
    "Clients compare the status with the one that they know.",
    "Keep the status.",
  ),
  "error-answer-added": warning(
    "the tool can answer with a problem that it could not",
    "Clients that tell problems apart do not know it.",
  ),
  "error-answer-removed": info("a problem cannot be answered any more", "Clients that handle it wait for nothing."),
  "flow-node-added": info("the flow has a new node", "The change of behaviour that a reviewer reads."),
  "flow-node-removed": info("a node of the flow is gone", "The change of behaviour that a reviewer reads."),
  "flow-node-changed": info("a node of the flow does something else", "The change of behaviour that a reviewer reads."),
  "check-added": warning("the flow has a new `assert` or `policyCheck`", "Calls are refused that were not."),
  "check-changed": warning(
    "an `assert` or `policyCheck` says something else, or stands elsewhere",
    "Calls may be refused that were not, and pass that were.",
  ),
  "check-removed": warning("an `assert` or `policyCheck` is gone", "Calls pass that were refused."),
  "flow-limit-lowered": warning(
    "a node reads, writes or goes through fewer rows",
    "Lists are cut, or calls refused, that were not.",
  ),
  "external-effect-added": warning(
    "the flow has an effect outside the database that it had not",
    "Money moves, mail goes out, or another service is told something; it cannot be rolled back.",
  ),
  "answer-changed": info("the answer is put together in another way", "Its schema is compared by itself."),
} as const;
