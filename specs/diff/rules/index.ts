// Decision: named after oasdiff and buf, so that reviewers know the names; one entry per rule, from which docs and reports are written.
import { entityRules } from "./entity-rules.ts";
import { fieldRules } from "./field-rules.ts";
import { requestRules } from "./request-rules.ts";
import { responseRules } from "./response-rules.ts";
import { toolRules } from "./tool-rules.ts";
import { triggerRules } from "./trigger-rules.ts";
import { workspaceRules } from "./workspace-rules.ts";

/** Every rule of `lintel diff`, by id. */
export const diffRules = {
  ...toolRules,
  ...triggerRules,
  ...requestRules,
  ...responseRules,
  ...entityRules,
  ...fieldRules,
  ...workspaceRules,
} as const;

export type DiffRuleId = keyof typeof diffRules;
