import { type Bundle, cronProblem } from "@lintel/specs";
import { RunError } from "@pulumi/pulumi";
import type { SweeperOptions } from "../schedules/schedules.ts";
import type { KeySource } from "../secrets/executor-key.ts";
import type { WorkspaceArgs } from "./workspace-args.ts";

/** @throws RunError that names every option that Google or the executor would refuse, before anything is made. */
export function checkOptions(args: WorkspaceArgs, { workspace }: Bundle): void {
  const { admin, service, sweeper, traceKey, auditKey } = args;
  const problems = [
    ...(admin === undefined ? [] : roleProblems(admin.role, workspace.roles)),
    ...keyProblems("traceKey", traceKey),
    ...(auditKey === true ? [] : keyProblems("auditKey", auditKey)),
    ...(sweeper === undefined || sweeper === false ? [] : scheduleProblems(sweeper)),
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

/** A version that follows the newest one would change with a restart and not with a deployment. */
function keyProblems(name: string, source: KeySource | undefined): readonly string[] {
  if (source === undefined || /^[1-9]\d*$/.test(source.version)) return [];
  return [`${name}.version is "${source.version}": give the number of a version, such as "2"`];
}

function scheduleProblems({ schedule }: SweeperOptions): readonly string[] {
  const problem = schedule === undefined ? undefined : cronProblem(schedule);
  return problem === undefined
    ? []
    : [`sweeper.schedule is "${String(schedule)}", but ${problem}: write "* * * * *" for every minute`];
}
