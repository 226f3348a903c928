import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Body, createAccount, type Google, image, location, startGoogle } from "./google-client.ts";

const jobs = `run/v2/${location}/jobs`;

describe("Cloud Run jobs run to completion", () => {
  let google: Google;
  let account: string;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("run", "iam");
    account = await createAccount(google, "executor-run");
  });
  afterAll(() => google.stop());

  const body = (args: readonly string[], more: object = {}): object => ({
    template: { template: { serviceAccount: account, maxRetries: 0, containers: [{ image, args }], ...more } },
  });
  const count = (job: string): number =>
    google.emulator
      .logs(job)
      .split("\n")
      .filter((line) => line.startsWith("started")).length;

  it("waits for the execution that its token asks for, and runs it once", async () => {
    const made = await google.operate("POST", `${jobs}?jobId=migrate`, {
      ...body(["migrate", "0"]),
      runExecutionToken: "t1",
    });
    expect(made["error"]).toBeUndefined();
    const job = await google.ok("GET", `${jobs}/migrate`);
    expect(job).toMatchObject({
      executionCount: 1,
      latestCreatedExecution: { name: "migrate-t1", completionStatus: "EXECUTION_SUCCEEDED" },
      terminalCondition: { state: "CONDITION_SUCCEEDED" },
    });
    await google.operate("PATCH", `${jobs}/migrate`, {
      ...body(["migrate", "0"]),
      runExecutionToken: "t1",
      labels: { part: "migration" },
    });
    expect(count("migrate")).toBe(1);
  });

  it("fails the operation when the container's exit code is not 0, and runs again under another token", async () => {
    const failed = await google.operate("PATCH", `${jobs}/migrate`, {
      ...body(["migrate", "3"]),
      runExecutionToken: "t2",
    });
    expect(failed["error"]).toMatchObject({
      code: 9,
      message: expect.stringContaining("migrate-t2 has failed") as string,
    });
    expect(await google.ok("GET", `${jobs}/migrate`)).toMatchObject({
      terminalCondition: { state: "CONDITION_FAILED" },
    });
    const repaired = await google.operate("PATCH", `${jobs}/migrate`, {
      ...body(["migrate", "0"]),
      runExecutionToken: "t3",
    });
    expect(repaired["error"]).toBeUndefined();
  });

  it("runs on demand with other arguments and environment, and keeps the execution", async () => {
    const overrides = {
      containerOverrides: [{ args: ["migrate", "0"], env: [{ name: "GREETING", value: "overridden" }] }],
    };
    const run = await google.operate("POST", `${jobs}/migrate:run`, { overrides });
    const execution = run["response"] as Body;
    expect(execution).toMatchObject({ succeededCount: 1, failedCount: 0 });
    expect(google.emulator.logs("migrate")).toContain("started migrate overridden");
    expect(await google.ok("GET", `run/v2/${String(execution["name"])}`)).toMatchObject({
      completionTime: expect.any(String) as string,
    });
  });

  it("tries a task again as often as maxRetries says", async () => {
    const made = await google.operate("POST", `${jobs}?jobId=stubborn`, {
      ...body(["migrate", "1"], { maxRetries: 2 }),
      runExecutionToken: "t1",
    });
    expect(made["error"]).toBeDefined();
    // The log is written behind the process.
    await expect
      .poll(() => google.emulator.logs("stubborn").match(/attempt \d/g))
      .toEqual(["attempt 0", "attempt 1", "attempt 2"]);
  });

  it("ends a task at its timeout", async () => {
    const made = await google.operate("POST", `${jobs}?jobId=slow`, {
      ...body(["hang"], { timeout: "1s" }),
      runExecutionToken: "t1",
    });
    expect(made["error"]).toMatchObject({ message: expect.stringContaining("slow-t1 has failed") as string });
  });

  it("fails when its image is not there", async () => {
    const missing = {
      template: { template: { serviceAccount: account, containers: [{ image: `x/app@sha256:${"f".repeat(64)}` }] } },
    };
    expect((await google.operate("POST", `${jobs}?jobId=missing`, missing))["error"]).toMatchObject({ code: 5 });
  });

  it("is gone with its executions once deleted", async () => {
    await google.operate("DELETE", `${jobs}/migrate`);
    expect(await google.error("GET", `${jobs}/migrate`)).toMatchObject({ code: 404 });
  });
});
