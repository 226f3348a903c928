import type { JsonObject } from "@lintel/specs";
import { checkValues } from "../admission/check-values.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Execution } from "../flow/execution.ts";
import { assembleInput } from "./assemble-input.ts";

/**
 * Step 1: the input, as the tool's schema wants it, with its defaults filled in.
 * @throws ExecutionError malformed-body, malformed-request, unsupported-media-type, invalid-input
 */
export function validateInput({ tool, call }: Execution): JsonObject {
  const input = assembleInput(tool.tool, call);
  const problems = checkValues(input);
  const errors = problems.length > 0 ? problems : tool.validateInput(input);
  if (errors.length > 0) throw new ExecutionError("invalid-input", { errors });
  return input;
}
