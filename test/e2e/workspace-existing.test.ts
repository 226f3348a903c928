import { afterAll, beforeAll, expect, test } from "vitest";
import { must, openStack, type Stack } from "./stack-harness.ts";
import { specFiles, standInImage } from "./workspace-fixture.ts";

let stack: Stack;

// What the company has, and a workspace that takes all of it.
const main = `import { Workspace } from "@lintel/components";
import * as gcp from "@pulumi/gcp";
import { Config } from "@pulumi/pulumi";

const project = "lintel-test";
const region = "europe-west1";
const apis = ["compute", "iam", "secretmanager", "servicenetworking", "sqladmin"].map(
  (name) => new gcp.projects.Service("company-" + name, { project, service: name + ".googleapis.com", disableOnDestroy: false }),
);
const after = { dependsOn: apis };
const network = new gcp.compute.Network("company", { name: "company", autoCreateSubnetworks: false }, after);
const subnet = new gcp.compute.Subnetwork("company", { name: "company", network: network.id, region, ipCidrRange: "10.1.0.0/26" });
const range = new gcp.compute.GlobalAddress("company", { name: "company", purpose: "VPC_PEERING", addressType: "INTERNAL", prefixLength: 20, network: network.id });
const connection = new gcp.servicenetworking.Connection("company", {
  network: network.id, service: "servicenetworking.googleapis.com", reservedPeeringRanges: [range.name], deletionPolicy: "ABANDON",
});
const instance = new gcp.sql.DatabaseInstance("company", {
  region, databaseVersion: "POSTGRES_17", deletionProtection: false,
  settings: {
    tier: "db-custom-1-3840", edition: "ENTERPRISE",
    ipConfiguration: { ipv4Enabled: false, privateNetwork: network.id, sslMode: "ENCRYPTED_ONLY" },
    databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
  },
}, { dependsOn: [connection] });
const account = (accountId: string) => new gcp.serviceaccount.Account(accountId, { accountId }, after).email;

const traces = new gcp.secretmanager.Secret("company-traces", { secretId: "company-traces", replication: { auto: {} } }, after);
const traceKey = new gcp.secretmanager.SecretVersion("company-traces", { secret: traces.id, secretData: "${Buffer.alloc(32, 7).toString("base64")}" });

const workspace = new Workspace("notes", {
  specs: "specs", project, region,
  image: new Config("lintel").require("image"),
  secrets: { "archive-key": { value: "s3cret" } },
  traceKey: { secret: traceKey.secret, version: "1" },
  auditKey: true,
  admin: { role: "auditor" },
  sweeper: { schedule: "*/5 * * * *" },
  deletionProtection: false,
  monitoring: false,
  labels: { team: "reading" },
  existing: {
    network: network.id,
    subnet: subnet.id,
    privateServicesConnection: connection,
    instance: { name: instance.name, privateIpAddress: instance.privateIpAddress, caCertificate: instance.serverCaCerts[0].cert },
    serviceAccounts: { executor: account("company-run"), migrator: account("company-migrate"), admin: account("company-admin"), scheduler: account("company-cron") },
  },
});
export const url = workspace.url;
`;

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, "main.ts": main } });
  await stack.setConfig("lintel:image", standInImage(stack));
  await must(stack.up());
});

afterAll(() => stack.close());

test("a workspace serves from what is there, and makes none of it again", async () => {
  const { url } = (await stack.outputs()) as { url: string };
  expect((await fetch(url)).status).toBe(200);
  const made = (await stack.state())
    .filter(({ urn }) => urn.includes("lintel:index:Workspace$"))
    .map(({ type }) => type);
  for (const type of [
    "gcp:compute/network:Network",
    "gcp:compute/subnetwork:Subnetwork",
    "gcp:servicenetworking/connection:Connection",
    "gcp:sql/databaseInstance:DatabaseInstance",
    "gcp:serviceaccount/account:Account",
  ]) {
    expect(made, type).not.toContain(type);
  }
});

test("the company's key is read, one that was asked for is made, and the admin's login is that of the company's account", async () => {
  const { url } = (await stack.outputs()) as { url: string };
  const { environment } = (await (await fetch(url)).json()) as { environment: Record<string, string> };
  expect(environment["LINTEL_TRACE_KEY"]).toBe(Buffer.alloc(32, 7).toString("base64"));
  expect(Buffer.from(environment["LINTEL_AUDIT_KEY"] ?? "", "base64")).toHaveLength(32);
  expect(environment["LINTEL_ADMIN_DATABASE_USER"]).toBe("company-admin@lintel-test.iam");
  const state = await stack.state();
  const secrets = state.filter(({ type }) => type === "gcp:secretmanager/secret:Secret");
  expect(secrets.map(({ inputs }) => inputs?.["secretId"]).sort()).toEqual([
    "company-traces",
    "notes-archive-key",
    "notes_audit-key",
  ]);
  expect(state.find(({ type }) => type === "gcp:serviceaccount/iAMMember:IAMMember")?.inputs).toMatchObject({
    serviceAccountId: "projects/-/serviceAccounts/company-admin@lintel-test.iam.gserviceaccount.com",
    member: "serviceAccount:company-run@lintel-test.iam.gserviceaccount.com",
  });
});

test("labels of the team stand beside the verdict's", async () => {
  const service = (await stack.state()).find(({ type }) => type === "gcp:cloudrunv2/service:Service");
  expect(service?.inputs?.["labels"]).toMatchObject({
    team: "reading",
    "lintel-workspace": "notes",
    "lintel-risk": "green",
  });
});

test("a second up has no change", async () => {
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
});
