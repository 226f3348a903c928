import type { Diagnostic } from "@lintel/specs";
import type { CheckedFinding, CheckedTool } from "./check-report.ts";
import { type CheckedFolder, pathFrom } from "./checked-folder.ts";
import type { RenderContext } from "./render.ts";

/** JUnit XML: a suite per folder, a case per tool; what blocks is a failure, what is acknowledged is output. */
export function renderJunit(folders: readonly CheckedFolder[], { base }: RenderContext): string {
  const suites = folders.map((checked) => suiteOf(checked, base));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name: "lintel" }, suites)}\n`;
}

function suiteOf(checked: CheckedFolder, base: string): string {
  const { folder, report } = checked;
  const place = (file: string) => pathFrom(base, checked, file);
  const tools: readonly CheckedTool[] = [
    ...report.tools,
    ...(report.findings.length === 0
      ? []
      : [{ name: "acknowledgements", level: "yellow" as const, findings: report.findings }]),
  ];
  const failing = tools.filter(({ findings }) => findings.some(blocks)).length;
  const cases =
    report.level === null
      ? [compilation(folder, report.errors, place)]
      : tools.map((tool) => caseOf(folder, tool, place));
  const counts = {
    tests: String(cases.length),
    failures: String(failing),
    errors: report.level === null ? "1" : "0",
    skipped: "0",
  };
  return element("testsuite", { name: folder, ...counts }, cases);
}

type Place = (file: string) => string;

function compilation(folder: string, errors: readonly Diagnostic[], place: Place): string {
  const children = errors.map(({ file, line, column, code, message, hint, frame }) => {
    const where = `${place(file)}:${String(line)}:${String(column)}`;
    const text = [`${where} ${message}`, frame, hint === undefined ? "" : `hint: ${hint}`].filter(
      (part) => part !== "",
    );
    return element("error", { type: code, message }, [escapeText(text.join("\n"))]);
  });
  return element("testcase", { name: "specs compile", classname: folder }, children);
}

function caseOf(folder: string, { name, findings }: CheckedTool, place: Place): string {
  const accepted = findings.filter((finding) => !blocks(finding)).map((finding) => describe(finding, place));
  const children = [
    ...findings.filter(blocks).map((finding) => failureOf(finding, place)),
    ...(accepted.length === 0 ? [] : [element("system-out", {}, [escapeText(accepted.join("\n"))])]),
  ];
  return element("testcase", { name, classname: folder }, children);
}

function failureOf(finding: CheckedFinding, place: Place): string {
  const { rule, message } = finding;
  return element("failure", { type: rule, message }, [escapeText(describe(finding, place))]);
}

function describe(finding: CheckedFinding, place: Place): string {
  const { rule, level, file, line, column, message, fix, acknowledged } = finding;
  const where = file === undefined ? "" : `${place(file)}:${String(line)}:${String(column)} `;
  const accepted =
    acknowledged === undefined
      ? `fix: ${fix.title}`
      : `acknowledged by ${acknowledged.by} until ${acknowledged.expires}: ${acknowledged.reason}`;
  return `${where}${level} ${rule}: ${message}\n${accepted}`;
}

function blocks({ acknowledged }: CheckedFinding): boolean {
  return acknowledged === undefined;
}

function element(name: string, attributes: Readonly<Record<string, string>>, children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`);
  const open = `${name}${written.join("")}`;
  if (children.length === 0) return `<${open}/>`;
  const isText = children.every((child) => !child.startsWith("<"));
  return isText ? `<${open}>${children.join("")}</${name}>` : `<${open}>\n${children.join("\n")}\n</${name}>`;
}

/** XML 1.0 has no place for most control characters and for halves of surrogate pairs, escaped or not. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\t", "&#9;");
}
