import { limits } from "@lintel/emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccount, type Google, image, location, project, serviceBody, startGoogle } from "./google-client.ts";

describe("limits that the descriptions do not give are enforced from a written list", () => {
  let google: Google;
  let account: string;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("run", "secretmanager", "sqladmin", "compute", "servicenetworking", "iam", "cloudscheduler");
    account = await createAccount(google, "executor-run");
  });
  afterAll(() => google.stop());

  const services = `run/v2/${location}/services`;

  it("names a source for each", () => {
    for (const limit of Object.values(limits)) expect(limit.source).not.toBe("");
  });

  it("refuses a label value of 64 characters and one with capitals", async () => {
    for (const digest of ["a".repeat(64), "Green"]) {
      const error = await google.error("POST", `${services}?serviceId=app`, {
        ...serviceBody(account),
        labels: { digest },
      });
      expect(error.message).toContain("label value");
    }
  });

  it("refuses a service name of 50 characters, and takes one of 49", async () => {
    const long = await google.error("POST", `${services}?serviceId=${"a".repeat(50)}`, serviceBody(account));
    expect(long.message).toContain("fewer than 50");
    const unresolved = serviceBody(account, [], { image: "nowhere/app:latest" });
    expect((await google.call("POST", `${services}?serviceId=${"a".repeat(49)}`, unresolved)).status).toBe(200);
  });

  it("refuses a job whose name and token have 63 characters together", async () => {
    const body = { template: { template: { serviceAccount: account, containers: [{ image }] } } };
    const error = await google.error("POST", `run/v2/${location}/jobs?jobId=${"j".repeat(40)}`, {
      ...body,
      runExecutionToken: "t".repeat(23),
    });
    expect(error.message).toContain("fewer than 63");
  });

  it.each(["short", "a".repeat(31), "Capital-letters", "ends-with-"])(
    "refuses the service account id %s",
    async (accountId) => {
      expect(await google.error("POST", `iam/v1/projects/${project}/serviceAccounts`, { accountId })).toMatchObject({
        code: 400,
      });
    },
  );

  it("refuses a secret id with a dot", async () => {
    const error = await google.error("POST", `secretmanager/v1/projects/${project}/secrets?secretId=a.b`, {
      replication: { automatic: {} },
    });
    expect(error.message).toContain("secret id");
  });

  it.each([
    ["* * * *", "UTC"],
    ["*/5 * * * * *", "UTC"],
    ["61 * * * *", "UTC"],
    ["* * * * *", "Europe/Atlantis"],
  ])("refuses the schedule %s in %s", async (schedule, timeZone) => {
    const body = { name: `${location}/jobs/sweep`, schedule, timeZone, httpTarget: { uri: "http://127.0.0.1:9/" } };
    expect(await google.error("POST", `cloudscheduler/v1/${location}/jobs`, body)).toMatchObject({ code: 400 });
  });

  it("refuses a member that no service account has", async () => {
    const member = `serviceAccount:nobody@${project}.iam.gserviceaccount.com`;
    await expect(google.grant(`cloudresourcemanager/v1/projects/${project}`, "roles/viewer", member)).rejects.toThrow(
      "does not exist",
    );
  });

  it("refuses a service that would run as an account that is not there", async () => {
    const error = await google.error(
      "POST",
      `${services}?serviceId=app`,
      serviceBody(`nobody@${project}.iam.gserviceaccount.com`),
    );
    expect(error).toMatchObject({ code: 403, status: "PERMISSION_DENIED" });
    expect(error.message).toContain("iam.serviceaccounts.actAs");
  });

  it("refuses environment names that Cloud Run sets itself", async () => {
    const error = await google.error(
      "POST",
      `${services}?serviceId=app`,
      serviceBody(account, [{ name: "PORT", value: "1" }]),
    );
    expect(error.message).toContain("reserved env names");
  });

  it("refuses a region that cannot be one", async () => {
    expect(await google.error("GET", `run/v2/projects/${project}/locations/europewest/services`)).toMatchObject({
      code: 404,
    });
  });

  it("refuses a private Cloud SQL instance before the network has a private services connection, and a second one after", async () => {
    const networks = `compute/compute/v1/projects/${project}/global/networks`;
    await google.operate("POST", networks, { name: "net", autoCreateSubnetworks: false });
    const network = `projects/${project}/global/networks/net`;
    const settings = { tier: "db-f1-micro", ipConfiguration: { ipv4Enabled: false, privateNetwork: network } };
    const body = { name: "db", databaseVersion: "POSTGRES_17", region: "europe-west1", settings };
    const refused = await google.error("POST", `sqladmin/sql/v1beta4/projects/${project}/instances`, body);
    expect(refused.message).toContain("Service Networking connection");

    await google.operate("POST", `compute/compute/v1/projects/${project}/global/addresses`, {
      name: "range",
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      prefixLength: 20,
      network,
    });
    const connections = "servicenetworking/v1/services/servicenetworking.googleapis.com/connections";
    await google.operate("POST", connections, { network, reservedPeeringRanges: ["range"] });
    const second = await google.error("POST", connections, { network, reservedPeeringRanges: ["range"] });
    expect(second.message).toContain("Cannot modify allocated ranges in CreateConnection");
    expect((await google.error("DELETE", `${networks}/net`)).errors?.[0]?.reason).toBe(
      "resourceInUseByAnotherResource",
    );
  });
});
