import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccount, type Google, location, startGoogle } from "./google-client.ts";

const jobs = `cloudscheduler/v1/${location}/jobs`;

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("Cloud Scheduler fires", () => {
  let google: Google;
  let account: string;
  let target: Server;
  let uri: string;
  let failures = 0;
  const received: Received[] = [];
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("cloudscheduler", "iam");
    account = await createAccount(google, "executor-cron");
    target = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push({ method: request.method, headers: request.headers, body });
        response.writeHead(failures-- > 0 ? 500 : 200).end();
      });
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    uri = `http://127.0.0.1:${String((target.address() as AddressInfo).port)}/sweep`;
  });
  afterAll(async () => {
    await google.stop();
    target.close();
  });

  const job = (more: object = {}): object => ({
    name: `${location}/jobs/sweep`,
    schedule: "0 3 1 1 *",
    timeZone: "Europe/Berlin",
    retryConfig: { retryCount: 1, minBackoffDuration: "0.1s" },
    httpTarget: {
      uri,
      httpMethod: "POST",
      body: Buffer.from('{"a":1}').toString("base64"),
      headers: { "Content-Type": "application/json" },
      oidcToken: { serviceAccountEmail: account, audience: "https://app.example" },
    },
    ...more,
  });

  it("at once when asked, with a token that verifies and the headers that Cloud Scheduler sends", async () => {
    await google.ok("POST", jobs, job());
    await google.ok("POST", `${jobs}/sweep:run`, {});
    await expect.poll(() => received.length).toBe(1);
    const [call] = received;
    expect(call).toMatchObject({ method: "POST", body: '{"a":1}' });
    expect(call?.headers).toMatchObject({
      "content-type": "application/json",
      "x-cloudscheduler": "true",
      "x-cloudscheduler-jobname": "sweep",
    });
    expect(call?.headers["x-cloudscheduler-scheduletime"]).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    const token = (call?.headers.authorization ?? "").replace("Bearer ", "");
    const keys = createRemoteJWKSet(new URL(google.emulator.jwksUrl));
    const { payload } = await jwtVerify(token, keys, {
      issuer: google.emulator.issuer,
      audience: "https://app.example",
    });
    expect(payload).toMatchObject({ email: account, email_verified: true });
  });

  it("again after a failure, as its retry configuration says, and keeps the outcome", async () => {
    failures = 1;
    received.length = 0;
    await google.ok("POST", `${jobs}/sweep:run`, {});
    await expect.poll(() => received.length).toBe(2);
    await expect.poll(async () => (await google.ok("GET", `${jobs}/sweep`))["lastAttemptTime"]).toBeDefined();
  });

  it("by its cron expression, in its time zone", async () => {
    const shown = await google.ok("GET", `${jobs}/sweep`);
    // The third hour of the first of January in Berlin is the second in UTC.
    expect(shown["scheduleTime"]).toMatch(/-01-01T02:00:00.000Z$/);
    expect(shown).toMatchObject({ state: "ENABLED", attemptDeadline: "180s" });
  });

  it("not while it is paused", async () => {
    expect(await google.ok("POST", `${jobs}/sweep:pause`, {})).toMatchObject({ state: "PAUSED" });
    expect(await google.ok("POST", `${jobs}/sweep:resume`, {})).toMatchObject({ state: "ENABLED" });
  });

  it("as nobody: a job whose account is not there is refused", async () => {
    const target = { uri, oidcToken: { serviceAccountEmail: "nobody@emulator-demo.iam.gserviceaccount.com" } };
    expect(await google.error("POST", jobs, job({ name: `${location}/jobs/other`, httpTarget: target }))).toMatchObject(
      { code: 404 },
    );
  });
});
