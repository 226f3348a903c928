import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccount, type Google, project, startGoogle } from "./google-client.ts";

describe("IAM Credentials", () => {
  let google: Google;
  let reader: string;
  let service: string;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("iam", "iamcredentials");
    reader = await createAccount(google, "audit-reader");
    service = await createAccount(google, "some-service");
  });
  afterAll(() => google.stop());

  const ask = async (email: string, token: string, body: object = { scope: ["a"] }, account = "-") => {
    const path = `iamcredentials/v1/projects/${account}/serviceAccounts/${email}:generateAccessToken`;
    return google.call("POST", path, body, { authorization: `Bearer ${token}` });
  };

  it("give no token of an account to who may not have it, a deployer included", async () => {
    const own = await google.emulator.serviceAccountToken(service);
    for (const token of ["deployer", own]) expect((await ask(reader, token)).status).toBe(403);
  });

  it("give the account's own token to whom its policy names, with the time of its end", async () => {
    const policy = `iam/v1/projects/${project}/serviceAccounts/${reader}`;
    await google.grant(policy, "roles/iam.serviceAccountTokenCreator", `serviceAccount:${service}`);
    const { status, body } = await ask(reader, await google.emulator.serviceAccountToken(service));
    expect(status).toBe(200);
    expect(body["accessToken"]).toBe(await google.emulator.serviceAccountToken(reader));
    expect(Date.parse(String(body["expireTime"]))).toBeGreaterThan(Date.now());
  });

  it("refuse a request without a scope, with a project, and for an account that is not there", async () => {
    const own = await google.emulator.serviceAccountToken(service);
    expect((await ask(reader, own, {})).status).toBe(400);
    expect((await ask(reader, own, undefined, project)).status).toBe(400);
    expect((await ask(`nobody@${project}.iam.gserviceaccount.com`, own)).status).toBe(404);
  });
});
