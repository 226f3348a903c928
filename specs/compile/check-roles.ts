import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import type { Declared } from "./compilation.ts";

/** Reports roles that workspace.yaml does not declare, and those that stand twice. */
export function checkRoles(roles: readonly string[], path: Path, { workspace }: Declared, report: Report): void {
  roles.forEach((name, index) => {
    if (roles.indexOf(name) < index) report("duplicate-item", [...path, index], { name, list: "roles" });
    if (workspace === undefined || workspace.roles.includes(name)) return;
    report("unknown-role", [...path, index], { name }, { hint: suggestion(name, workspace.roles) });
  });
}
