// Entities as such: rules of their rows, and the status machine.
import { breaking, info, warning } from "./define-rule.ts";

const refusedRows = "Rows that could be written are refused, and rows that are there may not obey it.";
const stuck = "Rows in that state cannot go where clients send them: 409 wrong-state.";
const keepMachine = "Keep it until no row and no client needs it.";

export const entityRules = {
  "entity-removed": breaking(
    "an entity is gone",
    "Its rows are not reached any more.",
    "Remove its tools first, and export its rows.",
  ),
  "entity-added": info("an entity is new", "It has no rows yet."),
  "entity-renamed": info(
    "an entity has another name",
    "Its rows move; generated tools and their paths are compared by themselves.",
  ),
  "status-machine-removed": breaking(
    "an entity has no status machine any more",
    "Its transitions are gone.",
    keepMachine,
  ),
  "status-machine-added": warning("an entity has a status machine", "Rows that are there get its initial state."),
  "status-machine-moved": breaking(
    "the status stands in another field",
    "Clients read and filter by the old one.",
    keepMachine,
  ),
  "status-state-removed": breaking(
    "a state is gone",
    "Rows in that state are in none.",
    "Map its rows to another state first.",
  ),
  "status-state-mapped": warning(
    "a state is gone, and its rows get another one",
    "Clients wait for a state that never comes.",
  ),
  "status-state-added": info("a status machine has a new state", "Clients must bear new values of an enum."),
  "status-initial-changed": warning(
    "new rows begin in another state",
    "What waits for rows in the old one finds none.",
  ),
  "status-final-changed": warning("other states are final", "Rows that were done are not, or the other way round."),
  "status-transition-removed": breaking("a transition is gone", stuck, keepMachine),
  "status-transition-added": info("a status machine has a new transition", "Rows may go where they could not."),
  "status-transition-narrowed": breaking("a transition starts from fewer states", stuck, keepMachine),
  "status-transition-widened": info("a transition starts from more states", "Rows may go where they could not."),
  "status-transition-target-changed": breaking(
    "a transition leads to another state",
    "Clients find the row elsewhere.",
    "Add a transition of another name.",
  ),
  "invariant-added": warning("rows must obey a new invariant", refusedRows),
  "invariant-changed": warning("rows must obey an invariant that says something else", refusedRows),
  "invariant-removed": warning("an invariant is gone", "Rows can be written that the business did not allow."),
  "unique-added": warning("rows may not share values that they could", refusedRows),
  "unique-removed": warning("rows may share values that they could not", "What looks up one row may find several."),
  "exclusion-added": warning("rows may not collide that could", refusedRows),
  "exclusion-changed": warning("rows collide by something else", refusedRows),
  "exclusion-removed": warning("rows may collide that could not", "Two of them can be at the same place and time."),
  "relationship-added": info("an entity has a new relationship", "Flows may follow it."),
  "relationship-removed": info("a relationship is gone", "Flows that followed it are compared by themselves."),
  "relationship-changed": warning("a relationship leads elsewhere", "Flows that follow it find other rows."),
  "on-delete-changed": warning(
    "a deletion does something else to rows that refer",
    "Rows go, or stand in the way, that did not.",
  ),
  "ownership-added": breaking(
    "callers of a role reach their own rows only",
    "They get 404 for rows that they could read.",
    "Tell the callers, or give them a role that owns nothing.",
  ),
  "ownership-changed": breaking(
    "rows belong to callers by something else",
    "Callers lose rows, or reach those of others.",
    "Move the rows first.",
  ),
  "ownership-removed": warning(
    "callers of a role reach rows that are not theirs",
    "Whoever has the role reads and writes every row.",
  ),
  "tenant-changed": breaking(
    "rows are told apart by another tenant, or by none",
    "Callers lose rows, or reach those of another tenant.",
    "Move the rows first.",
  ),
  "retention-shortened": warning("deleted rows may be purged earlier", "What was to be kept is gone."),
  "retention-extended": info("deleted rows are kept for longer", "Nothing is gone that was not."),
} as const;
