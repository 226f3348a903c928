// Fields of entities: what is in the database already, and who may see it.
import { breaking, info, warning } from "./define-rule.ts";

const rows = "Values that are in the database do not fit.";
const expand = "Add a second field, copy the values, move the tools, then remove this one.";

export const fieldRules = {
  "field-removed": breaking(
    "a field is gone",
    "Its values are not reached any more, and are lost when the column goes.",
    "Stop using it in one release, remove it in a later one.",
  ),
  "field-renamed": info(
    "a field has another name",
    "Its values move; tools that take or answer it are compared by themselves.",
  ),
  "field-added": info("an entity has a new field", "Rows that are there hold null or the default."),
  "required-field-added": warning(
    "an entity has a new field that must have a value",
    "Rows that are there have none; a create without it is refused.",
  ),
  "field-type-changed": breaking("a field has another type", rows, expand),
  "field-reference-changed": breaking("a field refers to another entity, or to none", rows, expand),
  "field-currency-changed": breaking(
    "a field holds another currency",
    "Amounts that are in the database would be taken for it.",
    expand,
  ),
  "field-became-required": warning(
    "a field must have a value",
    "Rows that are there may have none; a create without it is refused.",
  ),
  "field-became-nullable": info("a field may have no value", "Tools that answer it are compared by themselves."),
  "enum-value-removed": breaking(
    "a field takes a value no more",
    "Rows that hold it do not fit; removing a value needs a mapping.",
    "Map its rows to another value first.",
  ),
  "enum-value-mapped": warning(
    "a field takes a value no more, and its rows get another one",
    "Clients send or wait for a value that is gone.",
  ),
  "enum-value-added": info("a field takes one more value", "Clients must bear new values of an enum."),
  "field-digits-lowered": breaking(
    "a decimal has fewer digits before or after the point",
    "Values that are in the database, or that callers send, do not fit.",
    "Raise `precision` by as much as `scale`, and lower neither.",
  ),
  "field-limit-tightened": warning("a field takes less", rows),
  "field-limit-loosened": info("a field takes more", "What is in the database fits."),
  "field-default-changed": warning(
    "a field that is left out has another value",
    "Callers that leave it out get something else.",
  ),
  "field-computed-changed": warning("a field is computed in another way", "Rows that are there get other values."),
  "field-generated-changed": warning(
    "a field is filled by the executor, or is not any more",
    "Who had to give it must not, or the other way round.",
  ),
  "field-became-sensitive": info(
    "a field is kept out of logs, audit records and generated answers",
    "Tools that answer it are compared by themselves.",
  ),
  "field-no-longer-sensitive": warning(
    "a field is not kept out of logs, audit records and generated answers any more",
    "What was hidden can be read.",
  ),
  "field-became-personal": info("a field is covered by the erase action", "Erasure removes it."),
  "field-no-longer-personal": warning("a field is not covered by the erase action any more", "Erasure leaves it."),
} as const;
