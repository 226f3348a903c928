import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Body, createAccount, type Google, location, project, serviceBody, startGoogle } from "./google-client.ts";

const services = `run/v2/${location}/services`;

interface Echo {
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

describe("Cloud Run services run", () => {
  let google: Google;
  let account: string;
  let uri: string;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("run", "iam", "secretmanager");
    account = await createAccount(google, "executor-run");
    const made = await google.operate("POST", `${services}?serviceId=app`, {
      ...serviceBody(account, [{ name: "GREETING", value: "one" }]),
      customAudiences: ["https://app.example"],
    });
    uri = (made["response"] as { readonly uri: string }).uri;
  });
  afterAll(() => google.stop());

  const ask = async (path = "/", headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${uri}${path}`, { headers });
  const echo = async (headers: Readonly<Record<string, string>> = {}): Promise<Echo> =>
    (await (await ask("/", headers)).json()) as Echo;
  const service = (): Promise<Body> => google.ok("GET", `${services}/app`);
  const patch = async (environment: readonly object[], container: object = {}): Promise<Body> =>
    google.operate("PATCH", `${services}/app`, {
      ...serviceBody(account, environment, container),
      customAudiences: ["https://app.example"],
    });

  it("shows what Cloud Run shows of a ready service", async () => {
    expect(await service()).toMatchObject({
      generation: "1",
      observedGeneration: "1",
      uri,
      urls: [uri],
      terminalCondition: { type: "Ready", state: "CONDITION_SUCCEEDED" },
      traffic: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
      template: { timeout: "300s", maxInstanceRequestConcurrency: 80 },
    });
  });

  it("lets in only who may invoke: an identity token for its audience, of an account with the role", async () => {
    const token = await google.emulator.identityToken(account, "https://app.example");
    expect((await ask()).status).toBe(403);
    expect((await ask("/", { authorization: "Bearer nonsense" })).status).toBe(401);
    expect((await ask("/", { authorization: `Bearer ${token}` })).status).toBe(403);
    await google.grant(`${services}/app`, "roles/run.invoker", `serviceAccount:${account}`);
    expect((await ask("/", { authorization: `Bearer ${token}` })).status).toBe(200);
    const other = await google.emulator.identityToken(account, "https://other.example");
    expect((await ask("/", { authorization: `Bearer ${other}` })).status).toBe(401);
    expect(
      (await ask("/", { authorization: `Bearer ${await google.emulator.identityToken(account, uri)}` })).status,
    ).toBe(200);
  });

  it("hides the signature of the token it checked, and passes the application's own header when the other is used", async () => {
    const token = await google.emulator.identityToken(account, uri);
    const checked = await echo({ authorization: `Bearer ${token}` });
    expect(checked.headers["authorization"]).toMatch(/SIGNATURE_REMOVED_BY_GOOGLE$/);
    const own = await echo({
      "x-serverless-authorization": `Bearer ${token}`,
      authorization: "Bearer of-the-application",
    });
    expect(own.headers["authorization"]).toBe("Bearer of-the-application");
    expect(own.headers["x-serverless-authorization"]).toBeUndefined();
  });

  it("is public with allUsers, and hands the container what the contract says", async () => {
    await google.grant(`${services}/app`, "roles/run.invoker", "allUsers");
    const { env, headers } = await echo({ "x-forwarded-for": "203.0.113.9" });
    expect(env).toMatchObject({
      GREETING: "one",
      K_SERVICE: "app",
      K_CONFIGURATION: "app",
      LINTEL_GOOGLE_ISSUER: google.emulator.issuer,
    });
    expect(env["K_REVISION"]).toMatch(/^app-00001-/);
    expect(headers["x-forwarded-for"]).toBe("203.0.113.9, 127.0.0.1");
  });

  it("answers as the metadata server of the container's own account", async () => {
    const read = async (path: string): Promise<string> =>
      (await ask(`/metadata?path=${encodeURIComponent(path)}`)).text();
    expect(await read("instance/service-accounts/default/email")).toBe(account);
    expect(await read("project/project-id")).toBe(project);
    expect(await read("instance/region")).toMatch(/^projects\/\d+\/regions\/europe-west1$/);
    const token = JSON.parse(await read("instance/service-accounts/default/token")) as {
      readonly access_token: string;
    };
    const again = JSON.parse(await read("instance/service-accounts/default/token")) as {
      readonly access_token: string;
    };
    expect(again.access_token).toBe(token.access_token);
    const identity = await read("instance/service-accounts/default/identity?audience=https://x.example");
    const keys = createRemoteJWKSet(new URL(google.emulator.jwksUrl));
    const { payload } = await jwtVerify(identity, keys, {
      issuer: google.emulator.issuer,
      audience: "https://x.example",
    });
    expect(payload).toMatchObject({ email: account, email_verified: true });
  });

  it("moves to a new revision once it is ready", async () => {
    await patch([{ name: "GREETING", value: "two" }]);
    expect((await echo()).env["GREETING"]).toBe("two");
  });

  it("keeps the old revision serving when the new one fails its probe, and says so", async () => {
    const operation = await patch([{ name: "BROKEN", value: "ready" }]);
    expect(operation["error"]).toMatchObject({ code: 9 });
    expect(JSON.stringify(operation["error"])).toContain("failed to start and listen on the port");
    const shown = await service();
    expect(shown["terminalCondition"]).toMatchObject({ type: "Ready", state: "CONDITION_FAILED" });
    expect(shown["latestReadyRevision"]).not.toBe(shown["latestCreatedRevision"]);
    expect((await echo()).env["GREETING"]).toBe("two");
  });

  it("fails at once when the container ends, and when its image is not there", async () => {
    expect((await patch([{ name: "BROKEN", value: "exit" }]))["error"]).toMatchObject({ code: 9 });
    const missing = await patch([], { image: `x/app@sha256:${"f".repeat(64)}` });
    expect(missing["error"]).toMatchObject({ code: 5, message: expect.stringContaining("not found") as string });
    expect((await echo()).env["GREETING"]).toBe("two");
  });

  it("reads a secret only when the account may, by the version named", async () => {
    const secrets = `secretmanager/v1/projects/${project}/secrets`;
    await google.ok("POST", `${secrets}?secretId=key`, { replication: { automatic: {} } });
    await google.ok("POST", `${secrets}/key:addVersion`, {
      payload: { data: Buffer.from("s3cret").toString("base64") },
    });
    const environment = [{ name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "1" } } }];
    const refused = await patch(environment);
    expect(JSON.stringify(refused["error"])).toContain("Permission denied on secret");
    await google.grant(`${secrets}/key`, "roles/secretmanager.secretAccessor", `serviceAccount:${account}`);
    expect((await patch(environment))["error"]).toBeUndefined();
    expect((await echo()).env["KEY"]).toBe("s3cret");
  });

  it("refuses a change made from a stale etag", async () => {
    const error = await google.error("PATCH", `${services}/app`, { ...serviceBody(account), etag: '"stale"' });
    expect(error).toMatchObject({ code: 409, status: "ABORTED" });
  });

  it("starts a container again that crashed", async () => {
    await ask("/crash").catch(() => undefined);
    await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(200);
  });

  it("serves at the same address after a restart of the emulator", async () => {
    google = await google.restart();
    expect((await service())["uri"]).toBe(uri);
    expect((await echo()).env["KEY"]).toBe("s3cret");
  });

  it("ends its container with SIGTERM when it is deleted", async () => {
    await google.operate("DELETE", `${services}/app`);
    await expect(ask()).rejects.toThrow();
    expect(google.emulator.logs("app").trim().split("\n").at(-1)).toBe("draining");
    expect(await google.error("GET", `${services}/app`)).toMatchObject({ code: 404 });
  });
});
