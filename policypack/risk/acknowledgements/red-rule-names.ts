import type { Slice } from "@lintel/specs";
import { rules } from "../rules/index.ts";

/** Names of the rules whose findings nobody can accept: our Red ones, and those that the tool's policies declare Red. */
export function redRuleNames(slice: Slice): ReadonlySet<string> {
  const own = rules.filter(({ level }) => level === "red").map(({ id }) => id);
  const declared = slice.policies.flatMap((policy) =>
    policy.rules.filter(({ level }) => level === "red").map(({ name }) => `policy/${policy.name}/${name}`),
  );
  return new Set([...own, ...declared]);
}
