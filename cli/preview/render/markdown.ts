// The comment on a pull request: one sentence, what is lost, then tables with the worst first, then details that a click opens.
import type { CheckedFinding } from "../../report/check-report.ts";
import { cell, codeSpan, details, fence, prose } from "../../report/markdown-text.ts";
import { counted } from "../../report/verdict.ts";
import type { PreviewReport, ToolPreview, Violation, WorkspacePreview } from "../preview-report.ts";
import {
  changesOf,
  destructiveResources,
  destructiveSteps,
  factsOf,
  levelOf,
  outcomeSigns,
  outcomeWords,
  toolsToShow,
} from "./summary.ts";

/** A comment on GitHub holds 65,536 characters; some are left for the marker of the action. */
const longestComment = 65_000;
const mostRows = 30;

/** The parts that must be seen stand first; details are added as long as they fit, and what does not is named. */
export function renderMarkdown(report: PreviewReport, longest: number = longestComment): string {
  const head = headOf(report).filter((part) => part !== "");
  const kept: string[] = [];
  const dropped: string[] = [];
  let size = head.join("\n\n").length + 200;
  for (const { title, body } of detailsOf(report)) {
    const block = details(title, body);
    const fits = size + block.length + 2 <= longest;
    if (fits) size += block.length + 2;
    (fits ? kept : dropped).push(fits ? block : title);
  }
  const note = dropped.length === 0 ? [] : [`Too long for a comment: ${cell(dropped.join(", "))}.`.slice(0, 180)];
  return cut(`${[...head, ...kept, ...note].join("\n\n")}\n`, longest);
}

/** The last resort: even the tables are too long. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = "\n\n… cut: the report is too long for a comment.\n";
  return `${text.slice(0, longest - end.length).replace(/[^\n]*$/, "")}${end}`;
}

function headOf(report: PreviewReport): readonly string[] {
  if (report.outcome === "failed")
    return [sentence(report), fence([...new Set([report.failure, ...report.errors])].join("\n\n"))];
  return [
    sentence(report),
    newAcknowledgements(report),
    lost(report),
    violations(report.violations.filter(({ isMandatory }) => isMandatory)),
    refusals(report),
    ...report.workspaces.map(toolTable),
    breaking(report),
  ];
}

function sentence(report: PreviewReport): string {
  const facts = factsOf(report);
  const what = `**${outcomeWords[report.outcome]}**${facts.length === 0 ? "" : `: ${facts.join(", ")}`}`;
  return `${outcomeSigns[report.outcome]} ${codeSpan(`${report.project}/${report.stack}`)} ${what}.`;
}

function newAcknowledgements({ workspaces }: PreviewReport): string {
  const rows = workspaces
    .flatMap((workspace) => workspace.newAcknowledgements)
    .map(({ tool, rule, node, by, expires, reason }) => {
      const subject = node === undefined ? tool : `${tool}/${node}`;
      return `| ${codeSpan(rule)} in ${codeSpan(subject)} | ${cell(reason)} | ${cell(by)}<br>until ${cell(expires)} |`;
    });
  return rows.length === 0 ? "" : table("**Newly accepted risk**", ["risk", "reason", "who"], rows);
}

function lost(report: PreviewReport): string {
  const resources = destructiveResources(report).map(({ operation, type, name, paths }) => {
    const why = paths.length === 0 ? "" : ` (${paths.slice(0, 5).map(codeSpan).join(", ")})`;
    return `- **${operation}s** ${codeSpan(name)}, a ${codeSpan(type)}${why}`;
  });
  const steps = destructiveSteps(report).map(({ sql }) => `- **loses data**: ${codeSpan(sql)}`);
  const all = [...steps, ...resources];
  const shown = all.slice(0, mostRows);
  const more = all.length > shown.length ? [`- … and ${String(all.length - shown.length)} more`] : [];
  return all.length === 0 ? "" : ["**Destructive**", "", ...shown, ...more].join("\n");
}

function violations(list: readonly Violation[]): string {
  const rows = list.map(
    ({ policy, resource, message }) => `| ${codeSpan(policy)} | ${cell(message)}<br>${codeSpan(resource)} |`,
  );
  return rows.length === 0 ? "" : table("**Violations**", ["policy", "what"], rows);
}

function refusals({ workspaces }: PreviewReport): string {
  const all = workspaces.flatMap(({ migration }) => migration?.refusals ?? []);
  return all.length === 0
    ? ""
    : ["**The migration would not begin**", "", ...all.map((each) => `- ${cell(each)}`)].join("\n");
}

function toolTable({ name, tools }: WorkspacePreview): string {
  const shown = toolsToShow(tools);
  const title = `**${cell(name)}**: ${counted(tools.length, "tool")}`;
  if (shown.length === 0) return `${title}, none changed.`;
  return table(title, ["tool", "risk", "worst finding"], shown.map(toolRow));
}

function toolRow(tool: ToolPreview): string {
  const open = tool.findings.filter(({ acknowledged }) => acknowledged === undefined);
  const worst = open[0] ?? tool.findings[0];
  const sign = tool.level.after === "red" ? "🔴" : tool.isBlocked ? "🟡" : worst === undefined ? "🟢" : "✔️";
  const more = tool.findings.length > 1 ? ` and ${String(tool.findings.length - 1)} more` : "";
  const what = worst === undefined ? "" : `${codeSpan(worst.rule)}${more}<br>${cell(worst.message)}${placeOf(worst)}`;
  return `| ${sign} ${codeSpan(tool.name)} | ${levelOf(tool)} | ${what} |`;
}

function placeOf({ file, line }: CheckedFinding): string {
  return file === undefined ? "" : `<br>${codeSpan(`${file}:${String(line ?? 1)}`)}`;
}

function breaking(report: PreviewReport): string {
  const rows = changesOf(report)
    .filter(({ level }) => level === "breaking")
    .map(({ rule, name, message }) => `| ${codeSpan(name)} | ${cell(message)}<br>${codeSpan(rule)} |`);
  return rows.length === 0 ? "" : table("**Breaking changes**", ["of", "what"], rows);
}

function table(title: string, columns: readonly string[], rows: readonly string[]): string {
  const shown = rows.slice(0, mostRows);
  const more =
    rows.length > shown.length
      ? [`| … and ${String(rows.length - shown.length)} more |${" |".repeat(columns.length - 1)}`]
      : [];
  return [title, "", `| ${columns.join(" | ")} |`, `|${"---|".repeat(columns.length)}`, ...shown, ...more].join("\n");
}

interface Detail {
  readonly title: string;
  readonly body: string;
}

/** In the order of what a reviewer asks next. */
function detailsOf(report: PreviewReport): readonly Detail[] {
  if (report.outcome === "failed") return [];
  return [
    ...report.workspaces.flatMap(({ tools }) => tools.flatMap(findingDetails)),
    ...report.workspaces.flatMap(migrationDetails),
    ...report.workspaces.flatMap(changeDetails),
    ...resourceDetails(report),
    ...report.workspaces.flatMap(({ tools }) => tools.flatMap(diagramDetails)),
    ...noteDetails(report),
  ];
}

function findingDetails({ name, findings }: ToolPreview): readonly Detail[] {
  return findings.map((finding) => {
    const subject = finding.node === undefined ? name : `${name}/${finding.node}`;
    const { acknowledged, fix, level, fingerprint, rule } = finding;
    const accept =
      acknowledged === undefined
        ? level === "yellow"
          ? `\n\n${fence(`lintel ack ${name} ${rule} --reason "..." --by you@example.com --expires YYYY-MM-DD`)}\nFingerprint: ${codeSpan(fingerprint)}`
          : ""
        : `\n\nAccepted by ${prose(acknowledged.by)} until ${prose(acknowledged.expires)}: ${prose(acknowledged.reason)}`;
    const body = `${prose(finding.message)}${placeOf(finding).replace("<br>", " at ")}.\n\nFix: ${prose(fix.title)}.${accept}`;
    return { title: `${rule} in ${subject}`, body };
  });
}

function migrationDetails({ name, migration }: WorkspacePreview): readonly Detail[] {
  if (migration === null || (migration.steps.length === 0 && migration.notes.length === 0)) return [];
  const rows = migration.steps.map(({ sql, lock, phase, isDestructive }) => {
    const sign = isDestructive ? "❗ " : "";
    return `| ${sign}${codeSpan(sql)} | ${cell(lock)} | ${cell(phase)} |`;
  });
  const steps = rows.length === 0 ? "" : ["| statement | lock | phase |", "|---|---|---|", ...rows].join("\n");
  const notes = migration.notes.map((note) => `- ${prose(note)}`).join("\n");
  const title = `Database of ${name}: ${counted(migration.steps.length, "statement")}`;
  return [{ title, body: [steps, notes].filter((part) => part !== "").join("\n\n") }];
}

function changeDetails({ name, changes }: WorkspacePreview): readonly Detail[] {
  if (changes === null || changes.length === 0) return [];
  const rows = changes.map((change) => `| ${change.level} | ${codeSpan(change.name)} | ${cell(change.message)} |`);
  return [
    {
      title: `Specs of ${name}: ${counted(changes.length, "change")}`,
      body: ["| | of | what |", "|---|---|---|", ...rows].join("\n"),
    },
  ];
}

function resourceDetails({ resources }: PreviewReport): readonly Detail[] {
  const { created, updated, replaced, deleted, same, changes } = resources;
  if (changes.length === 0) return [];
  const counts = `${String(replaced)} replaced, ${String(deleted)} deleted, ${String(updated)} updated, ${String(created)} created, ${String(same)} unchanged`;
  const rows = changes.map(
    ({ operation, type, name, paths }) =>
      `| ${operation} | ${codeSpan(name)}<br>${codeSpan(type)} | ${paths.slice(0, 8).map(codeSpan).join(" ")} |`,
  );
  return [
    { title: `Infrastructure: ${counts}`, body: ["| | resource | changes |", "|---|---|---|", ...rows].join("\n") },
  ];
}

function diagramDetails({ name, diagram }: ToolPreview): readonly Detail[] {
  return diagram === undefined
    ? []
    : [{ title: `Flow of ${name}`, body: `\`\`\`mermaid\n${diagram.replaceAll("```", "'''").trim()}\n\`\`\`` }];
}

function noteDetails(report: PreviewReport): readonly Detail[] {
  const advisories = report.violations.filter(({ isMandatory }) => !isMandatory);
  const list = (items: readonly Violation[]): string =>
    items
      .map(({ policy, resource, message }) => `- ${codeSpan(policy)} ${codeSpan(resource)}: ${prose(message)}`)
      .join("\n");
  return [
    ...(report.errors.length === 0
      ? []
      : [
          {
            title: `The engine reported ${counted(report.errors.length, "error")}`,
            body: fence(report.errors.join("\n\n")),
          },
        ]),
    ...(advisories.length === 0
      ? []
      : [{ title: `${counted(advisories.length, "piece")} of advice`, body: list(advisories) }]),
    ...(report.undecided.length === 0
      ? []
      : [
          {
            title: `Decided in the update: ${counted(report.undecided.length, "check")}`,
            body: list(report.undecided),
          },
        ]),
  ];
}
