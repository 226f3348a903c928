import { type Caller, nobody } from "../auth/caller.ts";
import { callerOf } from "../auth/verify-token.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import type { Execution } from "../flow/execution.ts";

/**
 * Step 2: who calls, and that one of the tool's roles is theirs. Which rows they reach is part of every statement in step 5.
 * A webhook has shown its signature already, before anything was parsed.
 * @throws ExecutionError token-missing, token-invalid, keys-unavailable, role-missing
 */
export async function authorize(execution: Execution): Promise<Caller> {
  const { service, tool, call } = execution;
  const rules = tool.tool.authorize;
  switch (rules.type) {
    case "public":
      return nobody;
    case "signature":
      execution.isAuthenticated = true;
      return nobody;
    case "oidc":
      await service.verifySchedule(call.authorization);
      execution.isAuthenticated = true;
      return nobody;
    case "roles": {
      const caller = await identify(execution);
      if (rules.roles.some((role) => caller.roles.includes(role))) return caller;
      throw new ExecutionError("role-missing", { detail: `one of ${rules.roles.join(", ")} is needed` });
    }
  }
}

/** The caller of the bearer token, noted for the audit record. @throws ExecutionError token-missing, token-invalid */
export async function identify(execution: Execution): Promise<Caller> {
  const { service, call } = execution;
  const claims = await service.verifyCaller(call.authorization);
  execution.caller = callerOf(claims, service.bundle.workspace);
  execution.isAuthenticated = true;
  return execution.caller;
}
