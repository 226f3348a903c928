import { afterAll, beforeAll, expect, test } from "vitest";
import { cloudInventory } from "./cloud-inventory.ts";
import { must, openStack, type Stack } from "./stack-harness.ts";
import { program, redTool, specFiles, standInImage } from "./workspace-fixture.ts";

// One workspace through its life, in order: each test leaves it as it found it.
let stack: Stack;

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, "main.ts": program() } });
  await stack.setConfig("lintel:image", standInImage(stack));
  await must(stack.up());
});

afterAll(() => stack.close());

async function inputsOf(type: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await stack.state()).filter((resource) => resource.type === type).map(({ inputs }) => inputs ?? {});
}

async function serviceInputs(): Promise<Readonly<Record<string, never>>> {
  const resources = await stack.state();
  return resources.find(({ type }) => type === "gcp:cloudrunv2/service:Service")?.inputs as never;
}

async function jobOf(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await inputsOf("gcp:cloudscheduler/job:Job")).find((inputs) => inputs["name"] === name);
}

/** The value of the key of traces, as the service has it. */
async function traceKey(): Promise<string | undefined> {
  const { url } = (await stack.outputs()) as { url: string };
  const answer = (await (await fetch(`${url}/notes`)).json()) as { environment: Record<string, string> };
  return answer.environment["LINTEL_TRACE_KEY"];
}

test("an up leaves a service that answers, with its digest, secret and database in its environment", async () => {
  const { url, digest, level } = (await stack.outputs()) as { url: string; digest: string; level: string };
  expect(level).toBe("green");
  const answer = (await (await fetch(`${url}/notes`)).json()) as { environment: Record<string, string> };
  expect(answer.environment).toMatchObject({ LINTEL_BUNDLE_DIGEST: digest, LINTEL_SECRET_ARCHIVE_KEY: "s3cret" });
  expect(answer.environment["LINTEL_DATABASE_HOST"]).toMatch(/^[\d.]+$/);
});

test("the value of a secret is nowhere in the state as it is", async () => {
  expect(JSON.stringify(await stack.state())).not.toContain("s3cret");
});

test("the database is private, takes TLS and IAM logins only, and is backed up to any point in time", async () => {
  expect(await inputsOf("gcp:sql/databaseInstance:DatabaseInstance")).toMatchObject([
    {
      settings: {
        ipConfiguration: { ipv4Enabled: false, sslMode: "ENCRYPTED_ONLY" },
        backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
        databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
      },
    },
  ]);
  const users = await inputsOf("gcp:sql/user:User");
  expect(users).toHaveLength(3);
  for (const user of users)
    expect(user).toMatchObject({ type: "CLOUD_IAM_SERVICE_ACCOUNT", deletionPolicy: "ABANDON" });
  for (const grant of await inputsOf("gcp:projects/iAMMember:IAMMember")) {
    expect(grant).toMatchObject({ role: "roles/cloudsql.instanceUser", condition: { title: "only notes" } });
  }
});

test("the service reads a pinned version of its secret, as an account of its own, and its schedule calls by OIDC", async () => {
  const service = JSON.stringify(await serviceInputs());
  expect(service).toMatch(/"name":"LINTEL_SECRET_ARCHIVE_KEY","valueSource":\{[^}]*"version":"1"/);
  expect(service).toMatch(/"serviceAccount":"notes-executor@/);
  const job = await jobOf("notes-archive-notes");
  expect(job).toMatchObject({
    httpTarget: {
      httpMethod: "POST",
      oidcToken: { audience: "lintel-lintel-test-europe-west1-notes" },
    },
  });
  expect(JSON.stringify(job)).toMatch(/_lintel\/schedules\/archive-notes/);
  expect(JSON.stringify(job)).toMatch(/notes-scheduler@/);
});

test("the sweeper is called every minute as the schedules are, and its call reaches the service", async () => {
  const job = await jobOf("notes_sweep");
  expect(job).toMatchObject({
    schedule: "* * * * *",
    httpTarget: { httpMethod: "POST", oidcToken: { audience: "lintel-lintel-test-europe-west1-notes" } },
  });
  const cloud = String(stack.emulator.endpoints["cloudSchedulerCustomEndpoint"]);
  const run = `${cloud}projects/lintel-test/locations/europe-west1/jobs/notes_sweep:run`;
  const headers = { authorization: `Bearer ${stack.emulator.accessToken}`, "content-type": "application/json" };
  expect((await fetch(run, { method: "POST", headers, body: "{}" })).status).toBe(200);
  await expect.poll(() => stack.emulator.logs("notes"), { timeout: 20_000 }).toMatch(/POST \/_lintel\/sweep/);
});

test("what needs a person opens an alert: executions that are parked, sweeps that fail", async () => {
  const alerts = JSON.stringify(await inputsOf("gcp:monitoring/alertPolicy:AlertPolicy"));
  expect(alerts).toContain("jsonPayload.parked > 0");
  expect(alerts).toContain(`resource.labels.job_id = \\"notes_sweep\\"`);
  const metrics = await inputsOf("gcp:logging/metric:Metric");
  expect(metrics.map(({ name }) => name).sort()).toEqual(["notes-parked", "notes-recovered"]);
});

test("a second up has no change, and the key of traces stays what the first one made", async () => {
  const key = await traceKey();
  expect(Buffer.from(key ?? "", "base64")).toHaveLength(32);
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
  expect(await traceKey()).toBe(key);
});

test("a refresh finds nothing that differs", async () => {
  expect(await stack.refresh()).toMatchObject({ code: 0 });
});

test("a changed tool shows as a diff of that tool and of no other", async () => {
  const path = "specs/tools/write-note.yaml";
  stack.write({ [path]: (specFiles[path] ?? "").replace("Keeps a note.", "Keeps one note.") });
  const { code, stdout } = await stack.preview(["--diff"]);
  stack.write(specFiles);
  expect(code).toBe(0);
  expect(stdout).toMatch(/~ lintel:index:Tool: \(update\)\s+\[urn=[^\]]*::notes-write-note\]/);
  expect(stdout).toMatch(/description: "Keeps a note." => "Keeps one note."/);
  expect(stdout).not.toMatch(/::notes-archive-notes\]\n\s+slice/);
  expect(stdout.match(/~ lintel:index:Tool: \(update\)/g)).toHaveLength(1);
});

test("a changed comment shows nothing", async () => {
  const path = "specs/tools/write-note.yaml";
  stack.write({ [path]: `# A remark that decides nothing.\n\n${specFiles[path] ?? ""}` });
  const run = await stack.preview(["--expect-no-changes"]);
  stack.write(specFiles);
  expect(run).toMatchObject({ code: 0 });
});

test("a transform cannot change image, program, labels or environment that the verdict rests on", async () => {
  const swap = `transform: {
    service: { service: (args) => ({
      ...args,
      labels: { "lintel-digest": "forged" },
      template: { ...args.template, labels: {}, containers: [{
        ...args.template.containers[0],
        image: "registry.invalid/other@sha256:${"0".repeat(64)}",
        commands: ["sh", "-c", "true"],
        args: ["other"],
        envs: [{ name: "LINTEL_BUNDLE_DIGEST", value: "sha256:forged" }],
      }] },
    }) },
    migration: { job: (args) => ({ ...args, labels: {}, template: { template: {
      ...args.template.template,
      containers: [{ ...args.template.template.containers[0], image: "registry.invalid/other", envs: [] }],
    } } }) },
  },`;
  stack.write({ "main.ts": program(swap) });
  const run = await stack.preview(["--diff"]);
  stack.write({ "main.ts": program() });
  expect(run.code).toBe(0);
  expect(run.stdout).not.toMatch(/forged|registry\.invalid\/other/);
  expect(run.stdout).not.toMatch(/\(update\)|\(replace\)/);
});

test("a transform can change what the verdict does not rest on", async () => {
  const change = `transform: { service: { service: (args) => ({ ...args, template: { ...args.template, timeout: "77s" } }) } },`;
  stack.write({ "main.ts": program(change) });
  const run = await stack.preview(["--diff"]);
  stack.write({ "main.ts": program() });
  expect(run.stdout).toMatch(/timeout\s*: "\d+s" => "77s"/);
});

test("Red stops an up of a running workspace, and what serves is as before", async () => {
  const before = await serviceInputs();
  stack.write({ "specs/tools/wipe-notes.yaml": redTool });
  const runs = [
    await stack.up(),
    await stack.up(["--skip-preview"]),
    await stack.up(["--skip-preview", "--target", "**Service::notes-service"]),
  ];
  stack.remove("specs/tools/wipe-notes.yaml");
  for (const { code, output } of runs) {
    expect(code).not.toBe(0);
    expect(output).toMatch(/specs\/tools\/wipe-notes\.yaml:10:\d+ red hard-delete: tool "wipe-notes", node "wipe"/);
  }
  expect(await serviceInputs()).toEqual(before);
  await must(stack.up());
});

test("deletion protection stops a destroy before it begins, and one option lifts it", async () => {
  await stack.setConfig("lintel:deletionProtection", "true");
  await must(stack.up());
  const before = await cloudInventory(stack.emulator);
  for (const kind of ["services", "jobs", "instances", "secrets", "serviceAccounts", "networks", "subnetworks"]) {
    expect(
      before.some((name) => name.startsWith(`${kind}/`)),
      kind,
    ).toBe(true);
  }
  const refused = await stack.destroy();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(/cannot be deleted\s+because it is protected/);
  expect(await cloudInventory(stack.emulator)).toEqual(before);
  await stack.setConfig("lintel:deletionProtection", "false");
  await must(stack.up());
});

test("a destroy leaves nothing", async () => {
  await must(stack.destroy());
  expect(await stack.state()).toEqual([]);
  expect(await cloudInventory(stack.emulator)).toEqual([]);
});
