import { afterAll, beforeAll, expect, test } from "vitest";
import { cloudInventory } from "./cloud-inventory.ts";
import { must, openStack, type Stack } from "./stack-harness.ts";
import { specFiles, standInImage } from "./workspace-fixture.ts";

let stack: Stack;

// Two workspaces of one stack: a network shared by both, which has one private services connection.
const main = `import { Apis, Network, Workspace } from "@lintel/components";
import { Config } from "@pulumi/pulumi";

const image = new Config("lintel").require("image");
const place = { project: "lintel-test", region: "europe-west1" };
const apis = new Apis("shared", { project: place.project, services: ["compute", "servicenetworking"] });
const network = new Network("shared", place, { dependsOn: apis });
const secrets = { "archive-key": { value: "s3cret" } };
const make = (name: string) =>
  new Workspace(name, { ...place, specs: "specs", image, network, secrets, deletionProtection: false, monitoring: false });
export const east = make("east").url;
export const west = make("a-workspace-whose-name-is-longer-than-a-service-account-id").url;
`;

beforeAll(async () => {
  stack = await openStack({ files: { ...specFiles, "main.ts": main } });
  await stack.setConfig("lintel:image", standInImage(stack));
  await must(stack.up());
});

afterAll(() => stack.close());

test("two workspaces serve from one project and one stack", async () => {
  const { east, west } = (await stack.outputs()) as { east: string; west: string };
  expect(east).not.toBe(west);
  const hosts = await Promise.all(
    [east, west].map(async (url) => {
      const answer = (await (await fetch(url)).json()) as { environment: Record<string, string> };
      return answer.environment["LINTEL_DATABASE_HOST"];
    }),
  );
  expect(new Set(hosts).size).toBe(2);
});

test("they share one private services connection", async () => {
  const types = (await stack.state()).map(({ type }) => type);
  expect(types.filter((type) => type === "gcp:servicenetworking/connection:Connection")).toHaveLength(1);
});

test("a second up has no change, and a destroy leaves nothing", async () => {
  expect(await stack.up(["--expect-no-changes"])).toMatchObject({ code: 0 });
  await must(stack.destroy());
  expect(await cloudInventory(stack.emulator)).toEqual([]);
});
