import { afterAll, beforeAll, expect, test } from "vitest";
import { must, openStack, type Stack } from "./stack-harness.ts";
import { program, specFiles, standInImage } from "./workspace-fixture.ts";

// In order: a workspace whose first migration fails, and later one of a workspace that serves.
let stack: Stack;

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, "main.ts": program() } });
});

afterAll(() => stack.close());

const failing = { "migration-fails": "" };
const unstartable = { "start-fails": "" };

async function isDeployed(type: string): Promise<boolean> {
  return (await stack.state()).some((resource) => resource.type === type);
}

async function servedDigest(url: string): Promise<string | undefined> {
  const answer = (await (await fetch(url)).json()) as { environment: Record<string, string> };
  return answer.environment["LINTEL_BUNDLE_DIGEST"];
}

test("a first migration that fails stops the up before the service", async () => {
  await stack.setConfig("lintel:image", standInImage(stack, "one", failing));
  const run = await stack.up();
  expect(run.code).not.toBe(0);
  expect(run.output).toContain("has failed to complete");
  expect(await isDeployed("gcp:cloudrunv2/service:Service")).toBe(false);
});

test("the next up runs it again and goes on", async () => {
  standInImage(stack, "one");
  await must(stack.up());
  expect(await isDeployed("gcp:cloudrunv2/service:Service")).toBe(true);
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
});

test("a later migration that fails, twice, leaves the old revision serving, and the next up repairs it", async () => {
  const { url, digest } = (await stack.outputs()) as { url: string; digest: string };
  const path = "specs/tools/write-note.yaml";
  stack.write({ [path]: (specFiles[path] ?? "").replace("Keeps a note.", "Keeps one note.") });
  await stack.setConfig("lintel:image", standInImage(stack, "two", failing));
  for (const attempt of ["first", "second"]) {
    expect(await stack.up(), attempt).not.toMatchObject({ code: 0 });
    expect(await servedDigest(url), attempt).toBe(digest);
  }
  standInImage(stack, "two");
  await must(stack.up());
  const repaired = (await stack.outputs())["digest"];
  expect(repaired).not.toBe(digest);
  expect(await servedDigest(url)).toBe(repaired);
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
});

test("a revision that does not start leaves the old one serving, and the next up tries it again", async () => {
  const { url, digest } = (await stack.outputs()) as { url: string; digest: string };
  stack.write(specFiles);
  await stack.setConfig("lintel:image", standInImage(stack, "three", unstartable));
  for (const attempt of ["first", "second"]) {
    expect(await stack.up(), attempt).not.toMatchObject({ code: 0 });
    expect(await servedDigest(url), attempt).toBe(digest);
  }
  standInImage(stack, "three");
  await must(stack.up());
  const repaired = (await stack.outputs())["digest"];
  expect(repaired).not.toBe(digest);
  expect(await servedDigest(url)).toBe(repaired);
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
});
