// Inputs: who narrows what may be sent breaks callers that send the rest (contravariance).
import { breaking, info, warning } from "./define-rule.ts";

const refused = "Calls that were accepted get 422 invalid-input.";
const keep = "Accept what was accepted; check the rest in the flow, or in a new version of the tool.";
const narrowed = (title: string) => breaking(title, refused, keep);

export const requestRules = {
  "request-required-property-added": breaking(
    "an input needs a property that it did not have",
    "Callers do not know it, and get 422 invalid-input.",
    "Make it optional, or give it a default.",
  ),
  "request-property-became-required": breaking(
    "a property that could be left out of an input must be sent, or its default is gone",
    "Callers that leave it out get 422 invalid-input.",
    "Leave it optional, or leave or give it a default.",
  ),
  "request-property-became-optional": info(
    "a required property of an input is optional",
    "Callers may go on sending it.",
  ),
  "request-property-added": info("an input has a new optional property", "Callers need not send it."),
  "request-property-removed": breaking(
    "an input takes a property no more",
    "Unknown properties are refused with 422 invalid-input.",
    "Leave it, mark it deprecated, and ignore it in the flow.",
  ),
  "request-property-ignored": warning(
    "a property of an open input has no schema any more",
    "It is taken, and nothing is known of it.",
  ),
  "request-open-property-constrained": warning(
    "an open input names a property and says what it must be",
    "Whoever sent something else under that name is refused.",
  ),
  "request-object-closed": narrowed("an input takes no unknown properties any more"),
  "request-type-narrowed": narrowed("an input takes fewer types"),
  "request-type-widened": info("an input takes more types", "What was sent is still accepted."),
  "request-became-not-nullable": narrowed("an input may not be null any more"),
  "request-became-nullable": info("an input may be null", "What was sent is still accepted."),
  "request-enum-value-removed": narrowed("an input takes a value no more"),
  "request-enum-value-added": info("an input takes one more value", "What was sent is still accepted."),
  "request-enum-set": narrowed("an input takes listed values only"),
  "request-minimum-raised": narrowed("a number in an input must be greater"),
  "request-maximum-lowered": narrowed("a number in an input must be smaller, such as the size of a page"),
  "request-min-length-raised": narrowed("a text in an input must be longer"),
  "request-max-length-lowered": narrowed("a text in an input must be shorter"),
  "request-min-items-raised": narrowed("a list in an input must be longer"),
  "request-max-items-lowered": narrowed("a list in an input must be shorter"),
  "request-min-properties-raised": narrowed("an object in an input must have more properties"),
  "request-max-properties-lowered": narrowed("an object in an input must have fewer properties"),
  "request-multiple-of-changed": narrowed("a number in an input must be a multiple of another one"),
  "request-pattern-changed": narrowed("a text in an input must match another pattern"),
  "request-format-changed": narrowed("a text in an input must have another format"),
  "request-unique-items-required": narrowed("a list in an input may hold nothing twice"),
  "request-limit-loosened": info("a limit of an input is wider, or gone", "What was sent is still accepted."),
  "request-alternative-removed": narrowed("an alternative of an input is gone"),
  "request-alternative-added": info("an input has one more alternative", "What was sent is still accepted."),
  "request-one-of-alternative-added": warning(
    "an input has one more alternative of which exactly one must match",
    "What was sent is refused where it matches the new one as well.",
  ),
  "request-one-of-alternative-widened": warning(
    "an alternative of which exactly one must match takes more",
    "What was sent is refused where it matches this one as well.",
  ),
  "request-condition-added": narrowed("an input must meet a further schema"),
  "request-default-changed": warning(
    "a property that is left out has another default",
    "Callers that leave it out get something else, such as a page of another size.",
  ),
} as const;
