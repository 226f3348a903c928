import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccount, type Google, project, startGoogle } from "./google-client.ts";

describe("IAM policies", () => {
  let google: Google;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("iam");
  });
  afterAll(() => google.stop());

  const resource = `cloudresourcemanager/v1/projects/${project}`;

  it("are read, changed and written back, and a stale etag is refused", async () => {
    const account = await createAccount(google, "first-account");
    const policy = await google.ok("POST", `${resource}:getIamPolicy`, {});
    const bindings = [{ role: "roles/viewer", members: [`serviceAccount:${account}`] }];
    const written = await google.ok("POST", `${resource}:setIamPolicy`, { policy: { ...policy, bindings } });
    expect(written["etag"]).not.toBe(policy["etag"]);
    const stale = await google.error("POST", `${resource}:setIamPolicy`, { policy: { ...policy, bindings: [] } });
    expect(stale).toMatchObject({ code: 409, status: "ABORTED" });
    expect((await google.ok("POST", `${resource}:getIamPolicy`, {}))["bindings"]).toEqual(bindings);
  });

  it("keep a deleted account as a deleted member", async () => {
    const account = await createAccount(google, "second-account");
    await google.grant(resource, "roles/editor", `serviceAccount:${account}`);
    await google.ok("DELETE", `iam/v1/projects/${project}/serviceAccounts/${account}`);
    const policy = await google.ok("POST", `${resource}:getIamPolicy`, {});
    expect(JSON.stringify(policy)).toMatch(new RegExp(`deleted:serviceAccount:${account}\\?uid=\\d+`));
  });

  it("of something that is not there are 404", async () => {
    expect(
      await google.error(
        "POST",
        `iam/v1/projects/${project}/serviceAccounts/none@x.iam.gserviceaccount.com:getIamPolicy`,
        {},
      ),
    ).toMatchObject({ code: 404 });
  });
});
