import { compact } from "../compile/compact.ts";
import { type AuthoredRetry, compileRetry, optionalDuration } from "../compile/durations.ts";
import type { JsonObject } from "../json.ts";
import type { ExternalBase } from "../language/flow.ts";
import type { NodeContext } from "./node-compiler.ts";

export interface AuthoredExternal {
  readonly timeout?: string;
  readonly retry?: AuthoredRetry;
  readonly compensate?: JsonObject;
  readonly delivery?: ExternalBase["delivery"];
}

/** Timeout, retries, compensation and delivery of an external node; the workspace's defaults fill what is not written. */
export function externalFields(authored: AuthoredExternal, { base, workspace }: NodeContext): ExternalBase {
  const { timeout, retry, compensate, delivery } = authored;
  return compact<ExternalBase>({
    ...base,
    timeout: optionalDuration(timeout) ?? workspace?.defaults.timeout,
    retry: retry === undefined ? workspace?.defaults.retry : compileRetry(retry),
    compensate,
    delivery,
  });
}
