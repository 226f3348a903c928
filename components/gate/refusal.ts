import type { Finding, RiskReport } from "@lintel/policypack/risk";
import type { Diagnostic } from "@lintel/specs";

/** Specs that do not compile, as one message with every diagnostic and its source frame. */
export function describeDiagnostics(workspace: string, folder: string, diagnostics: readonly Diagnostic[]): string {
  const count = diagnostics.length === 1 ? "1 error" : `${diagnostics.length} errors`;
  return [
    `workspace "${workspace}": ${count} in the specs of ${folder}; nothing is deployed`,
    ...diagnostics.map((diagnostic) => describeDiagnostic(folder, diagnostic)),
  ].join("\n\n");
}

function describeDiagnostic(folder: string, diagnostic: Diagnostic): string {
  const { code, file, line, column, message, hint, frame } = diagnostic;
  const text = [`${folder}/${file}:${line}:${column} ${code}: ${message}`];
  if (hint !== undefined) text.push(`  ${hint}`);
  if (frame !== "") text.push(frame);
  return text.join("\n");
}

/** Why the verdict stops the deployment: every blocking finding at its place, and what can be done about it. */
export function describeBlock(workspace: string, folder: string, report: RiskReport): string {
  const blocking = [...report.tools.flatMap(({ findings }) => findings), ...report.findings].filter(blocks);
  const { red, yellow } = report.counts;
  return [
    `workspace "${workspace}" is not deployed: ${red} red, ${yellow} yellow without a valid acknowledgement`,
    `bundle ${report.digest}`,
    ...blocking.map((finding) => describeFinding(folder, finding)),
    ...advice(red, yellow),
  ].join("\n");
}

function blocks({ level, acknowledged }: Finding): boolean {
  return level === "red" || acknowledged === undefined;
}

function describeFinding(folder: string, finding: Finding): string {
  const { file, line, column, level, rule, tool, node, message, fix, fingerprint } = finding;
  const place = file === undefined ? "" : `${folder}/${file}:${line ?? 1}:${column ?? 1} `;
  const subject = node === undefined ? `tool "${tool}"` : `tool "${tool}", node "${node}"`;
  const text = `  ${place}${level} ${rule}: ${subject}: ${message}\n    fix: ${fix.title}`;
  return level === "red" ? text : `${text}\n    fingerprint: ${fingerprint}`;
}

function advice(red: number, yellow: number): readonly string[] {
  return [
    ...(red > 0 ? ["Red cannot be acknowledged or configured away: change the specs."] : []),
    ...(yellow > 0 ? ["Yellow passes with a reviewed entry in acknowledgements.yaml that names its fingerprint."] : []),
  ];
}
