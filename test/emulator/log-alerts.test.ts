import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Google, project, startGoogle } from "./google-client.ts";

describe("what watches the log", () => {
  let google: Google;
  beforeAll(async () => {
    google = await startGoogle();
  });
  afterAll(() => google.stop());

  const policies = `monitoring/v3/projects/${project}/alertPolicies`;
  const matching = { displayName: "parked", conditionMatchedLog: { filter: "jsonPayload.parked > 0" } };
  const threshold = { displayName: "errors", conditionThreshold: { filter: "x", comparison: "COMPARISON_GT" } };
  const limited = { alertStrategy: { notificationRateLimit: { period: "3600s" } } };

  it("is an alert that matches lines, tells seldom, and has no other condition", async () => {
    const policy = { displayName: "a", combiner: "OR" };
    const kept = await google.ok("POST", policies, { ...policy, ...limited, conditions: [matching] });
    expect(kept["conditions"]).toMatchObject([matching]);
    for (const bad of [
      { conditions: [matching] },
      { ...limited, conditions: [threshold] },
      { ...limited, conditions: [matching, threshold] },
    ]) {
      expect(await google.error("POST", policies, { ...policy, ...bad })).toMatchObject({ code: 400 });
    }
    expect(await google.ok("POST", policies, { ...policy, conditions: [threshold] })).toBeDefined();
  });

  it("is a metric that counts lines, or a distribution of what is extracted from them", async () => {
    const metrics = `logging/v2/projects/${project}/metrics`;
    const metric = { name: "parked", filter: "x" };
    const valueExtractor = "EXTRACT(jsonPayload.parked)";
    const typed = (valueType: string): object => ({ metricDescriptor: { metricKind: "DELTA", valueType } });
    expect(await google.error("POST", metrics, { ...metric, ...typed("INT64"), valueExtractor })).toMatchObject({
      code: 400,
    });
    expect(await google.error("POST", metrics, { ...metric, ...typed("DISTRIBUTION") })).toMatchObject({ code: 400 });
    await google.ok("POST", metrics, { ...metric, ...typed("DISTRIBUTION"), valueExtractor });
    await google.ok("POST", metrics, { ...metric, name: "lines" });
  });
});
