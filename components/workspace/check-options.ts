import type { Bundle } from "@lintel/specs";
import { RunError } from "@pulumi/pulumi";
import type { WorkspaceArgs } from "./workspace-args.ts";

/** @throws RunError that names every option with which the executor would not start, before anything is made. */
export function checkOptions({ admin, service }: WorkspaceArgs, { workspace }: Bundle): void {
  const problems = [
    ...(admin === undefined ? [] : roleProblems(admin.role, workspace.roles)),
    ...(service?.traceRetention === undefined ? [] : retentionProblems(service.traceRetention)),
  ];
  if (problems.length > 0) throw new RunError(problems.join("\n"));
}

function roleProblems(role: string, roles: readonly string[]): readonly string[] {
  if (role === "") return ["admin.role is empty: name the role that may use the admin API"];
  if (!roles.includes(role)) return [];
  return [`admin.role is "${role}", a role of the workspace: name one that no tool knows`];
}

function retentionProblems(retention: string): readonly string[] {
  if (/^[1-9]\d{0,4}[hd]$/.test(retention)) return [];
  return [`service.traceRetention is "${retention}": write it as 12h or 30d`];
}
