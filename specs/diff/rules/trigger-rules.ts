// How tools are reached: routes, signatures of webhooks, schedules.
import { breaking, info, warning } from "./define-rule.ts";

const second = "Add a second tool at the new place, and deprecate this one.";

export const triggerRules = {
  "path-removed": breaking("the tool has left its path", "Callers of the old path get 404.", second),
  "method-changed": breaking("the tool has another method", "Callers with the old one get 404.", second),
  "path-parameter-renamed": info(
    "a path parameter has another name",
    "No URL changes; client methods take another property.",
  ),
  "path-parameters-swapped": breaking(
    "a place of the path gives its value to what was another property",
    "The same URL means something else.",
    "Keep the order of the parameters; a new order needs a new path.",
  ),
  "trigger-type-changed": breaking("the tool is triggered by something else", "Who called it so far cannot.", second),
  "webhook-signature-changed": breaking(
    "webhooks are signed in another way",
    "Deliveries of a sender that signs as before get 401.",
    "Add a second webhook with the new signature, move the sender, then remove this one.",
  ),
  "webhook-secret-changed": warning(
    "the webhook's key is another secret",
    "Deliveries get 401 until the sender signs with that key.",
  ),
  "webhook-tolerance-lowered": breaking(
    "a webhook's time stamp may be less old",
    "Deliveries that were late enough to pass get 401 signature-stale.",
    "Keep the tolerance.",
  ),
  "webhook-tolerance-raised": info("a webhook's time stamp may be older", "No delivery is refused that was not."),
  "webhook-replay-window-shortened": warning(
    "a delivery is remembered for less time",
    "One that the sender repeats later runs again.",
  ),
  "webhook-replay-window-extended": info("a delivery is remembered for longer", "No delivery runs again that did not."),
  "webhook-id-changed": warning("deliveries are told apart by something else", "One that is repeated may run twice."),
  "schedule-removed": warning("a schedule is gone", "Nobody calls it; what it did at its times is not done."),
  "schedule-changed": warning(
    "a schedule has other times",
    "What rests on its result at a certain time does not find it.",
  ),
} as const;
