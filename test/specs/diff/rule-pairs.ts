// One pair of specs per rule of `lintel diff`; a rule without one does not compile. Pairs are compared on 2026-06-01.
import type { DiffRuleId } from "@lintel/specs";
import { entityPairs } from "./entity-pairs.ts";
import type { Pair } from "./pair-builders.ts";
import { schemaPairs } from "./schema-pairs.ts";
import { toolPairs } from "./tool-pairs.ts";
import { workspacePairs } from "./workspace-pairs.ts";

export const pairs: Readonly<Record<DiffRuleId, Pair>> = {
  ...toolPairs,
  ...schemaPairs,
  ...entityPairs,
  ...workspacePairs,
};
