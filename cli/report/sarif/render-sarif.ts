import { pathToFileURL } from "node:url";
import type { Diagnostic } from "@lintel/specs";
import { type CheckedFolder, type PlacedFinding, pathFrom, subjectOf, worstFirst } from "../checked-folder.ts";
import type { RenderContext } from "../render.ts";
import { counted, exitCodeOf, worstExitCode } from "../verdict.ts";
import type { SarifInvocation, SarifLocation, SarifLog, SarifResult, SarifRule } from "./sarif-log.ts";
import { sarifLevel, sarifRules } from "./sarif-rules.ts";

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** One run for all folders: code scanning takes one run per tool and category. */
export function renderSarif(folders: readonly CheckedFolder[], { checkout, version }: RenderContext): string {
  const findings = worstFirst(folders);
  const rules = sarifRules(
    findings,
    folders.flatMap(({ report }) => report.errors.map(({ code }) => code)),
  );
  const log: SarifLog = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "lintel", semanticVersion: version, rules } },
        automationDetails: { id: "lintel/" },
        columnKind: "utf16CodeUnits",
        invocations: [invocationOf(folders)],
        results: [
          ...folders.flatMap((checked) =>
            checked.report.errors.map((error) => errorResult(checked, error, rules, checkout)),
          ),
          ...findingResults(findings, rules, checkout),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Specs that do not compile were not judged, which a green-looking empty run must not hide. */
function invocationOf(folders: readonly CheckedFolder[]): SarifInvocation {
  const failed = folders.filter(({ report }) => report.level === null);
  const exitCode = worstExitCode(folders.map(({ report }) => exitCodeOf(report)));
  if (failed.length === 0) return { executionSuccessful: true, exitCode };
  const toolExecutionNotifications = failed.map(({ folder, report }) => ({
    level: "error" as const,
    message: {
      text: `${folder} does not compile (${counted(report.errors.length, "error")}), so its risk is not known`,
    },
  }));
  return { executionSuccessful: false, exitCode, toolExecutionNotifications };
}

function errorResult(
  checked: CheckedFolder,
  { code, message, hint, file, line, column }: Diagnostic,
  rules: readonly SarifRule[],
  base: string,
): SarifResult {
  return {
    ruleId: code,
    ruleIndex: rules.findIndex(({ id }) => id === code),
    level: "error",
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    locations: [locationOf(checked, base, file, { line, column })],
    suppressions: [],
  };
}

function findingResults(
  findings: readonly PlacedFinding[],
  rules: readonly SarifRule[],
  base: string,
): readonly SarifResult[] {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const seen = new Map<string, number>();
  return findings.map((placed) => {
    const { fingerprint, rule } = placed.finding;
    const key = `${fingerprint} ${placed.checked.root}`;
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    return findingResult(placed, indexes.get(rule) ?? -1, `${fingerprint}:${String(occurrence)}`, base);
  });
}

function findingResult(placed: PlacedFinding, ruleIndex: number, identity: string, base: string): SarifResult {
  const { checked, tool, finding } = placed;
  const { rule, level, message, fix, confidence, fingerprint, acknowledged, file, line, column } = finding;
  const region = line === undefined || column === undefined ? undefined : { line, column };
  const subject = { name: finding.node ?? tool ?? "acknowledgements", fullyQualifiedName: subjectOf(placed) };
  return {
    ruleId: rule,
    ruleIndex,
    level: sarifLevel(level),
    message: { text: `${subjectOf(placed)}: ${message}\nFix: ${fix.title}.` },
    locations: [{ ...locationOf(checked, base, file ?? "workspace.yaml", region), logicalLocations: [subject] }],
    // Ours survives reformatting and reordering; GitHub follows an alert by the second, and would hash the line otherwise.
    partialFingerprints: { "lintelFinding/v1": identity, primaryLocationLineHash: identity },
    suppressions:
      acknowledged === undefined
        ? []
        : [{ kind: "external", status: "accepted", justification: justificationOf(acknowledged) }],
    properties: { confidence, fingerprint, fix: fix.kind, ...(tool === undefined ? {} : { lintelTool: tool }) },
  };
}

function justificationOf({ by, expires, reason }: NonNullable<PlacedFinding["finding"]["acknowledged"]>): string {
  return `${reason} (${by}, until ${expires})`;
}

function locationOf(
  checked: CheckedFolder,
  base: string,
  file: string,
  region?: { readonly line: number; readonly column: number },
): SarifLocation {
  const path = pathFrom(base, checked, file);
  const isAbsolute = path.startsWith("/") || /^[A-Za-z]:/.test(path);
  const uri = isAbsolute ? pathToFileURL(path).href : path.split("/").map(encodeURIComponent).join("/");
  return {
    physicalLocation: {
      artifactLocation: { uri },
      ...(region === undefined ? {} : { region: { startLine: region.line, startColumn: region.column } }),
    },
  };
}
