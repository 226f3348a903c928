import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must, openStack, type Stack } from "./stack-harness.ts";

// The key of traces on its own, through the life that it has in a workspace; the tests build on each other.
let stack: Stack;

function program(more = ""): string {
  return `import { Apis, ExecutorKey, ServiceAccounts } from "@lintel/components";

const place = { project: "lintel-test", region: "europe-west1" };
const apis = new Apis("notes", { project: place.project, services: ["iam", "secretmanager"] });
const accounts = new ServiceAccounts("notes", { project: place.project }, { dependsOn: apis });
const key = new ExecutorKey("notes", { ...place, purpose: "trace", reader: accounts.executor, deletionProtection: false, ${more} }, { dependsOn: apis });
export const version = key.reference.version;
export const reader = key.accessor.member;
`;
}

beforeAll(async () => {
  stack = await openStack({ files: { "main.ts": program() } });
  await must(stack.preview(["--save-plan", "plan.json"]));
  await must(stack.up(["--plan", "plan.json"]));
});

afterAll(() => stack.close());

const secret = "projects/lintel-test/secrets/notes_trace-key";

async function google(method: string, path: string, body?: object): Promise<Readonly<Record<string, never>>> {
  const url = `${String(stack.emulator.endpoints["secretManagerCustomEndpoint"])}${path}`;
  const headers = { authorization: `Bearer ${stack.emulator.accessToken}` };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return (await response.json()) as never;
}

async function valueOf(version: string): Promise<string> {
  const { payload } = (await google("GET", `${secret}/versions/${version}:access`)) as { payload?: { data: string } };
  return Buffer.from(payload?.data ?? "", "base64").toString();
}

test("a plan of the first up holds no key, and the up that keeps to it makes one of 32 bytes", async () => {
  const key = await valueOf("1");
  expect(Buffer.from(key, "base64")).toHaveLength(32);
  expect(key).toBe(Buffer.from(key, "base64").toString("base64"));
  const plan = readFileSync(join(stack.folder, "plan.json"), "utf8");
  expect(plan).toContain("secretDataWo");
  expect(plan).not.toContain(key);
});

test("another up changes nothing, though it drew another key, and the state then knows the one in use no more", async () => {
  const key = await valueOf("1");
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
  expect(await valueOf("1")).toBe(key);
  const exported = await must(stack.pulumi(["stack", "export", "--show-secrets", "--stack", "test"]));
  expect(exported.stdout).toContain("secretDataWo");
  expect(exported.stdout).not.toContain(key);
  expect(await stack.refresh()).toMatchObject({ code: 0 });
});

test("the executor's account alone may read it", async () => {
  const { bindings } = (await google("GET", `${secret}:getIamPolicy`)) as { bindings?: readonly object[] };
  const members = ["serviceAccount:notes-executor@lintel-test.iam.gserviceaccount.com"];
  expect(bindings).toMatchObject([{ role: "roles/secretmanager.secretAccessor", members }]);
});

test("a rotated key is read by its version, and the first one stays", async () => {
  const first = await valueOf("1");
  const rotated = `${Buffer.alloc(32, 7).toString("base64")},${first}`;
  await google("POST", `${secret}:addVersion`, { payload: { data: Buffer.from(rotated).toString("base64") } });
  stack.write({ "main.ts": program('source: { version: "2" }') });
  await must(stack.up());
  expect(await stack.outputs()).toMatchObject({ version: "2" });
  expect([await valueOf("1"), await valueOf("2")]).toEqual([first, rotated]);
});

test("a company's own secret is read and none is made; the versions go with the secret", async () => {
  await google("POST", "projects/lintel-test/secrets?secretId=own", { replication: { automatic: {} } });
  stack.write({ "main.ts": program('source: { secret: "projects/lintel-test/secrets/own", version: "5" }') });
  await must(stack.up());
  expect(await stack.outputs()).toMatchObject({ version: "5" });
  const { secrets } = (await google("GET", "projects/lintel-test/secrets")) as {
    secrets?: readonly { name: string }[];
  };
  expect((secrets ?? []).map(({ name }) => name.split("/").at(-1))).toEqual(["own"]);
});
