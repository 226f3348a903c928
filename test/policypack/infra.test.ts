import { readFileSync } from "node:fs";
import { type Slice, shortDigest } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { type CloudVerdict, judgeResource } from "../../policypack/infra/cloud-rule.ts";
import { cloudRules } from "../../policypack/infra/rules/index.ts";
import { SeenResources } from "../../policypack/pack/seen-resources.ts";
import { type Case, service } from "./infra-case.ts";
import { cases } from "./infra-cases.ts";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"; // the SDK's sentinel of an unknown text

/** The executors that the cases speak of. */
function seenStack(): SeenResources {
  const seen = new SeenResources();
  for (const [workspace, trigger] of [
    ["open", "http"],
    ["closed", "schedule"],
  ] as const) {
    const slice = { tool: { name: "tool", trigger: { type: trigger } } } as unknown as Slice;
    const digest = shortDigest(workspace);
    seen.addWorkspace({ urn: `urn:${workspace}`, name: workspace, digest, slices: { tool: digest } });
    seen.addTool({ workspace, slice, digest, acknowledgements: [] });
    seen.addExecutor({ service: workspace, workspace, audiences: [`lintel-${workspace}`] });
  }
  return seen;
}

function judge(id: string, { type, props, provider, settings = {} }: Case): CloudVerdict {
  const rule = cloudRules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  const resource = { type, name: "it", urn: "urn", props, ...(provider === undefined ? {} : { provider }) };
  return judgeResource(rule, resource, { settings, seen: seenStack() });
}

describe("the cloud rules", () => {
  it("each have cases that they report and cases that they leave alone, and a line in the README", () => {
    expect(Object.keys(cases).sort()).toEqual(cloudRules.map(({ id }) => id).sort());
    const readme = readFileSync(new URL("../../policypack/README.md", import.meta.url), "utf8");
    for (const { id } of cloudRules) {
      expect(cases[id]?.bad, id).not.toHaveLength(0);
      expect(cases[id]?.good, id).not.toHaveLength(0);
      expect(readme).toContain(`| \`${id}\` |`);
    }
  });

  for (const [id, { bad, good }] of Object.entries(cases)) {
    it.each(bad.map((each) => [each.what, each] as const))(`${id} reports %s`, (_, each) => {
      expect(judge(id, each).violations).not.toEqual([]);
    });
    it.each(good.map((each) => [each.what, each] as const))(`${id} leaves %s alone`, (_, each) => {
      expect(judge(id, each)).toEqual({ violations: [] });
    });
  }

  it("never repeat a secret", () => {
    const messages = (cases["plain-text-secret"]?.bad ?? []).flatMap(
      (each) => judge("plain-text-secret", each).violations,
    );
    expect(messages.join("\n")).not.toMatch(/hunter2|abcdefgh|sk_live|MII|YTpi/);
  });
});

describe("what a preview does not know yet", () => {
  const unknownCheckingProxy = async (props: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { unknownCheckingProxy: wrap } = (await import("@pulumi/policy/proxy.js")) as unknown as {
      unknownCheckingProxy: (props: object) => Record<string, unknown>;
    };
    return wrap(props);
  };

  it("leaves a rule undecided instead of passing it", async () => {
    const props = await unknownCheckingProxy({ template: { serviceAccount: unknown, containers: [] } });
    const verdict = judge("default-service-account", { what: "", type: service, props });
    expect(verdict.violations).toEqual([]);
    expect(verdict.undecided?.message).toContain("template.serviceAccount can't be known during preview");
  });

  it("hides no violation that stands beside it", async () => {
    const envs = [
      { name: "DATABASE_HOST", value: unknown },
      { name: "TOKEN", value: "abcdefgh" },
    ];
    const props = await unknownCheckingProxy({ template: { containers: [{ envs }] } });
    const verdict = judge("plain-text-secret", { what: "", type: service, props });
    expect(verdict.violations).toHaveLength(1);
  });

  it("is a password, whatever it will be", async () => {
    const props = await unknownCheckingProxy({ type: "CLOUD_IAM_USER", password: unknown });
    const verdict = judge("database-password", { what: "", type: "gcp:sql/user:User", props });
    expect(verdict.violations).toEqual(["has a password"]);
  });

  it("is a network, whichever it will be", async () => {
    const ipConfiguration = { ipv4Enabled: false, privateNetwork: unknown };
    const props = await unknownCheckingProxy({ settings: { ipConfiguration } });
    const verdict = judge("public-database", { what: "", type: "gcp:sql/databaseInstance:DatabaseInstance", props });
    expect(verdict).toEqual({ violations: [] });
  });
});
