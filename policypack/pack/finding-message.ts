import type { Finding } from "../risk/index.ts";

/** `RED raw-write confirm-reservation/charge at tools/confirm-reservation.yaml:12:5: ... fix: ...`. */
export function findingMessage(finding: Finding): string {
  const { level, rule, tool, node, file, line, column, message, fix, fingerprint } = finding;
  const place = node === undefined ? tool : `${tool}/${node}`;
  const position = file === undefined ? "" : ` at ${file}:${String(line)}:${String(column)}`;
  const accept = level === "yellow" && finding.acknowledged === undefined ? ` (fingerprint ${fingerprint})` : "";
  return `${level.toUpperCase()} ${rule} ${place}${position}: ${message}; fix: ${fix.title}${accept}`;
}
