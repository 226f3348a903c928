// Outputs: who widens what may come breaks clients that reckon with the rest (covariance). Clients pass over unknown properties.
import { breaking, info, warning } from "./define-rule.ts";

const unforeseen = "Clients get values that they do not reckon with.";
const keep = "Answer as before, and put what is new into a property of its own or a new version of the tool.";
const widened = (title: string) => breaking(title, unforeseen, keep);

export const responseRules = {
  "response-property-removed": breaking(
    "a property that was always there is gone from an output",
    "Clients that read it find nothing.",
    "Leave it in the output, mark it deprecated, and remove it in a new version of the tool.",
  ),
  "response-optional-property-removed": warning(
    "a property that was there at times is gone from an output",
    "Clients bear that it is absent, and lose what it said.",
  ),
  "response-property-added": info("an output has a new property", "Clients pass over what they do not know."),
  "response-property-became-optional": breaking(
    "a property that was always there may be absent from an output",
    "Clients that read it without looking fail.",
    keep,
  ),
  "response-property-became-required": info(
    "a property is always there in an output",
    "Clients bore that it was absent.",
  ),
  "response-type-widened": widened("an output can be of more types"),
  "response-type-narrowed": info("an output is of fewer types", "Clients bore more."),
  "response-became-nullable": widened("an output can be null (output-nullable)"),
  "response-became-not-nullable": info("an output is never null", "Clients bore null."),
  "response-enum-value-added": warning(
    "an output can have one more value",
    "A client that tells all values apart does not know it; the language counts it as compatible, as clients must bear it.",
  ),
  "response-enum-value-renamed": breaking(
    "an output says another value for the rows that a migration renames it for (`renamedValues`, `renamedStates`)",
    "Clients that look for the old value find none.",
    "Answer the old value, mapped in `respond`, until a new version of the tool.",
  ),
  "response-enum-value-removed": info("an output never has a value any more", "Clients wait for nothing."),
  "response-enum-dropped": widened("an output can be anything where values were listed"),
  "response-minimum-lowered": widened("a number in an output can be smaller"),
  "response-maximum-raised": widened("a number in an output can be greater"),
  "response-min-length-lowered": widened("a text in an output can be shorter"),
  "response-max-length-raised": widened("a text in an output can be longer"),
  "response-min-items-lowered": widened("a list in an output can be shorter"),
  "response-max-items-raised": widened("a list in an output can be longer"),
  "response-min-properties-lowered": widened("an object in an output can have fewer properties"),
  "response-max-properties-raised": widened("an object in an output can have more properties"),
  "response-multiple-of-changed": widened("a number in an output need not be a multiple of the same one"),
  "response-pattern-changed": widened("a text in an output need not match the same pattern"),
  "response-format-changed": widened("a text in an output need not have the same format"),
  "response-unique-items-dropped": widened("a list in an output can hold something twice"),
  "response-limit-tightened": info("a limit of an output is narrower, or new", "Clients bore more."),
  "response-alternative-added": widened("an output has one more alternative"),
  "response-alternative-removed": info("an output has one alternative less", "Clients wait for nothing."),
  "response-condition-removed": widened("an output need not meet a schema any more"),
  "response-object-opened": info("an output may have unknown properties", "Clients pass over what they do not know."),
} as const;
