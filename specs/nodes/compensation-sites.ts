import type { ExternalBase } from "../language/flow.ts";
import { type ExpressionSite, templates } from "./definition.ts";

/** Templates of a compensation; they may read the result of the node that they undo. */
export function compensationSites(node: ExternalBase): readonly ExpressionSite[] {
  return node.compensate === undefined ? [] : templates("compensate", node.compensate);
}
