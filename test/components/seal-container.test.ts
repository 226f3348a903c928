import { type Output, output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { sealContainers } from "../../components/service/seal-container.ts";

const sealed = { image: "good@sha256:1", args: ["serve"], variables: [{ name: "DIGEST", value: "good" }] };

function known(value: unknown): Promise<unknown> {
  return new Promise((resolve) => (output(value) as Output<unknown>).apply(resolve));
}

test("image, program and our variables are put back, other things stay", async () => {
  const given = [
    {
      name: "executor",
      image: "bad",
      commands: ["sh"],
      args: ["other"],
      envs: [
        { name: "DIGEST", value: "bad" },
        { name: "OWN", value: "1" },
      ],
      workingDir: "/app",
    },
  ];
  expect(await known(sealContainers(given, sealed))).toEqual([
    {
      name: "executor",
      image: "good@sha256:1",
      args: ["serve"],
      commands: undefined,
      envs: [
        { name: "OWN", value: "1" },
        { name: "DIGEST", value: "good" },
      ],
      workingDir: "/app",
    },
  ]);
});

test("plain containers stay plain, so that a preview shows them", () => {
  expect(Array.isArray(sealContainers([{ name: "executor", image: "bad" }], sealed))).toBe(true);
});

test("containers that a transform turned into an output are sealed when they are known", async () => {
  const containers = (await known(sealContainers(output([{ name: "executor", image: "bad" }]), sealed))) as never[];
  expect(containers[0]).toMatchObject({ image: "good@sha256:1" });
  const inner = (await known(sealContainers([output({ name: "executor", image: "bad" })], sealed))) as never[];
  expect(inner[0]).toMatchObject({ image: "good@sha256:1" });
});

test("a transform that removes the executor's container is refused", () => {
  expect(() => sealContainers([{ name: "other", image: "x" }], sealed)).toThrow(/removed the container "executor"/);
  expect(() => sealContainers(undefined, sealed)).toThrow(/removed the container "executor"/);
});

test("a container beside the executor may not take its requests", () => {
  const beside = { name: "proxy", image: "x", ports: { containerPort: 80 } };
  expect(() => sealContainers([{ name: "executor", image: "x" }, beside], sealed)).toThrow(/requests would go there/);
});
