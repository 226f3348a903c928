import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Google, project, startGoogle } from "./google-client.ts";

const encode = (text: string): string => Buffer.from(text).toString("base64");

describe("Secret Manager", () => {
  let google: Google;
  const secrets = `secretmanager/v1/projects/${project}/secrets`;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("secretmanager");
    await google.ok("POST", `${secrets}?secretId=key`, { replication: { automatic: {} } });
  });
  afterAll(() => google.stop());

  const access = async (version: string): Promise<unknown> =>
    (await google.ok("GET", `${secrets}/key/versions/${version}:access`))["payload"];

  it("numbers versions, and answers names with the project's number", async () => {
    const first = await google.ok("POST", `${secrets}/key:addVersion`, { payload: { data: encode("one") } });
    await google.ok("POST", `${secrets}/key:addVersion`, { payload: { data: encode("two") } });
    expect(first["name"]).toMatch(/^projects\/\d+\/secrets\/key\/versions\/1$/);
    expect(await google.ok("GET", `secretmanager/v1/${String(first["name"])}`)).toMatchObject({ state: "ENABLED" });
    expect(await access("1")).toEqual({ data: encode("one") });
    expect(await access("latest")).toEqual({ data: encode("two") });
  });

  it("gives no payload of a disabled version, and never again that of a destroyed one", async () => {
    await google.ok("POST", `${secrets}/key/versions/1:disable`, {});
    expect((await google.error("GET", `${secrets}/key/versions/1:access`)).message).toContain("DISABLED");
    await google.ok("POST", `${secrets}/key/versions/1:enable`, {});
    expect(await access("1")).toEqual({ data: encode("one") });
    await google.ok("POST", `${secrets}/key/versions/1:destroy`, {});
    expect(await google.error("POST", `${secrets}/key/versions/1:enable`, {})).toMatchObject({
      code: 400,
      status: "FAILED_PRECONDITION",
    });
  });

  it("keeps them across a restart, in a file of the owner only", async () => {
    google = await google.restart();
    expect(await access("latest")).toEqual({ data: encode("two") });
    expect(statSync(join(google.folder, "state", "state.json")).mode & 0o777).toBe(0o600);
  });
});
