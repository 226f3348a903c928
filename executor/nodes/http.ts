import { effectOf, type HttpNode, type HttpProvider, type JsonObject } from "@lintel/specs";
import { ExecutionError } from "../errors/execution-error.ts";
import { callAfterwards, callNow, callPolicy } from "../external/call-policy.ts";
import { type BuildRequest, compileRequest } from "../external/compile-request.ts";
import type { EffectRecord } from "../external/effect-record.ts";
import { type HttpAnswer, sendRequest } from "../external/http-request.ts";
import { effectKey } from "../external/journal.ts";
import { performCall } from "../external/perform-call.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { Preparation, Runner } from "./runner.ts";

export const http: Runner<"http"> = {
  isServed: true,
  prepare: (node, preparation) => {
    const { id } = node;
    const { build, policy, compensate } = compileCall(node, preparation);
    const validate = node.response === undefined ? undefined : preparation.schema(node.response);
    const mayRepeat = node.delivery === "atLeastOnce";
    const hasEffect = effectOf(node) === "externalWrite";
    return async (run) => {
      run.budget.takeExternalCall();
      const plan = hasEffect ? { compensate, mayRepeat, isRepeatable: policy.isRepeatable } : undefined;
      const result = await performCall(run, id, plan, async (effect): Promise<JsonObject> => {
        const request = keyed(build, run, run.path + id);
        const { status, body } = await callNow(policy, run, effect, (timeout) => sendRequest({ ...request, timeout }));
        return { status, body };
      });
      // What has happened has happened, also where its answer is not as agreed.
      const [problem] = validate?.(result["body"] ?? null) ?? [];
      if (problem === undefined) return result;
      const detail = `the answer's ${problem.pointer || "body"} ${problem.detail}`;
      throw new ExecutionError("external-call-failed", { detail, node: id });
    };
  },
};

function compileCall(node: HttpNode, preparation: Preparation) {
  const provider = preparation.slice.workspace.providers.find(
    (candidate): candidate is HttpProvider => candidate.name === node.provider && candidate.type === "http",
  );
  const fields = { method: node.method, url: node.url, query: node.query, headers: node.headers } as JsonObject;
  const site = { node: node.id, place: "node", provider } as const;
  const isSafe = effectOf(node) === "externalRead";
  const isRepeatable = isSafe || provider?.idempotencyKeys === true || node.delivery === "atLeastOnce";
  const policy = callPolicy(node, provider?.name, isRepeatable, preparation);
  const build = compileRequest(node.body === undefined ? fields : { ...fields, body: node.body }, site, preparation);
  if (node.compensate === undefined) return { build, policy };
  const buildUndo = compileRequest(node.compensate, { ...site, place: "compensate" }, preparation);
  const compensate = async (run: FlowRun, effect: EffectRecord): Promise<void> => {
    const request = keyed(buildUndo, run, `${effect.node}/compensate`);
    await callAfterwards(policy, (timeout): Promise<HttpAnswer> => sendRequest({ ...request, timeout }));
  };
  return { build, policy, compensate };
}

function keyed(build: BuildRequest, run: FlowRun, keyName: string): ReturnType<BuildRequest> {
  const request = build(run);
  return { ...request, headers: { ...request.headers, "Idempotency-Key": effectKey(run.execution, keyName) } };
}
