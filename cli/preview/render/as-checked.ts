import { join } from "node:path";
import { rulesMetadata } from "@lintel/policypack/risk";
import type { CheckedFinding, CheckReport } from "../../report/check-report.ts";
import type { CheckedFolder } from "../../report/checked-folder.ts";
import { framesOf } from "../../report/frames.ts";
import type { PreviewReport, Violation, WorkspacePreview } from "../preview-report.ts";
import type { JudgedWorkspace } from "../preview-workspace.ts";

/** A preview in the shape of `lintel check`, for the formats that know findings and nothing else. */
export function asChecked(
  report: PreviewReport,
  judged: readonly JudgedWorkspace[],
  project: string,
): Promise<readonly CheckedFolder[]> {
  const specs = report.workspaces.map((workspace, index) => {
    const root = judged[index]?.folder?.root ?? join(project, workspace.specs ?? ".");
    return { folder: workspace.specs ?? workspace.name, root, report: specsReport(workspace) };
  });
  const all = [...specs, { folder: project, root: project, report: stackReport(report) }];
  return Promise.all(all.map(async (each) => ({ ...each, frameOf: await framesOf(each.root, each.report) })));
}

function specsReport({ digest, level, tools }: WorkspacePreview): CheckReport {
  const present = tools.filter(({ change }) => change !== "removed");
  return {
    version: 1,
    digest: digest.after,
    level: level.after,
    tools: present.map(({ name, level: sides, findings }) => ({ name, level: sides.after ?? "red", findings })),
    findings: [],
    errors: [],
  };
}

/** What is about the stack, and a failure of the engine: a report without findings must not look green. */
function stackReport({ violations, outcome, failure }: PreviewReport): CheckReport {
  const mandatory = violations.filter(({ isMandatory }) => isMandatory).map(asFinding);
  const reason = failure ?? "the engine failed";
  const errors =
    outcome === "failed"
      ? [
          {
            code: "engine-failed",
            message: `there is no verdict: ${reason}`,
            file: "Pulumi.yaml",
            line: 1,
            column: 1,
            frame: "",
          },
        ]
      : [];
  const level = outcome === "failed" ? null : mandatory.length > 0 ? "red" : "green";
  return { version: 1, digest: null, level, tools: [], findings: mandatory, errors };
}

function asFinding({ policy, resource, message }: Violation): CheckedFinding {
  const level = rulesMetadata.find(({ id }) => id === policy)?.level ?? "red";
  return {
    rule: policy,
    level,
    confidence: "certain",
    file: "Pulumi.yaml",
    line: 1,
    column: 1,
    message: `${resource}: ${message}`,
    fix: { kind: "by-hand", title: "change the resource as the policy says" },
    fingerprint: `${policy}/${resource}`,
  };
}
