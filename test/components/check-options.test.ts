import type { Bundle } from "@lintel/specs";
import { expect, test } from "vitest";
import { checkOptions } from "../../components/workspace/check-options.ts";
import type { WorkspaceArgs } from "../../components/workspace/workspace-args.ts";

const bundle = { workspace: { roles: ["writer"] } } as unknown as Bundle;

function check(options: Partial<WorkspaceArgs>): void {
  checkOptions({ specs: "specs", project: "p", region: "europe-west1", ...options }, bundle);
}

test("a role of the workspace, or none, may not use the admin API", () => {
  check({ admin: { role: "auditor" } });
  expect(() => check({ admin: { role: "writer" } })).toThrow('admin.role is "writer", a role of the workspace');
  expect(() => check({ admin: { role: "" } })).toThrow("admin.role is empty");
});

test.each(["7d", "12h", "365d"])("traces may be kept for %s", (traceRetention) => {
  expect(() => check({ service: { traceRetention } })).not.toThrow();
});

test.each(["0d", "7", "7 d", "1w", "30m", "", "-1d", "123456d"])("traces may not be kept for %j", (traceRetention) => {
  expect(() => check({ service: { traceRetention } })).toThrow(/traceRetention is ".*": write it as 12h or 30d/);
});

test("a key is read by the number of a version", () => {
  check({ traceKey: { version: "2" }, auditKey: true });
  check({ traceKey: { secret: "own", version: "12" } });
  expect(() => check({ traceKey: { version: "latest" } })).toThrow('traceKey.version is "latest"');
  expect(() => check({ auditKey: { secret: "own", version: "0" } })).toThrow('auditKey.version is "0"');
});

test("the sweeper's schedule is one that Cloud Scheduler takes", () => {
  check({ sweeper: false });
  check({ sweeper: { schedule: "*/5 * * * *" } });
  expect(() => check({ sweeper: { schedule: "* * * *" } })).toThrow("it has 4 fields");
  expect(() => check({ sweeper: { schedule: "*/5 25 * * *" } })).toThrow('"25" is no hour');
});

test("all that is wrong is told at once", () => {
  const wrong = { admin: { role: "writer" }, service: { traceRetention: "soon" } };
  expect(() => check(wrong)).toThrow(/admin\.role[^]*traceRetention/);
});
