import { type RuleMetadata, rulesMetadata } from "@lintel/policypack/risk";
import rulePages from "@lintel/policypack/rule-pages.json" with { type: "json" };
import { diagnosticCatalogue, expressionCodes } from "@lintel/specs";
import type { PlacedFinding } from "../checked-folder.ts";
import type { SarifLevel, SarifRule } from "./sarif-log.ts";

const pages: Readonly<Record<string, { readonly text: string } | undefined>> = rulePages;
const catalogue: Readonly<Record<string, { readonly message: string; readonly hint?: string } | undefined>> = {
  ...diagnosticCatalogue,
  ...expressionCodes,
};

/** Every rule of ours, then the workspace's own that found something, then the spec errors that occurred. */
export function sarifRules(findings: readonly PlacedFinding[], errorCodes: readonly string[]): readonly SarifRule[] {
  const known = new Set(rulesMetadata.map(({ id }) => id));
  const declared = new Map(
    findings.filter(({ finding }) => !known.has(finding.rule)).map(({ finding }) => [finding.rule, finding]),
  );
  return [
    ...rulesMetadata.map(ruleOf),
    ...[...declared.values()].map(({ rule, level, message, fix }) =>
      ruleOf({ id: rule, level, title: message, rationale: message, fix }),
    ),
    ...[...new Set(errorCodes)].sort().map(errorRule),
  ];
}

export function sarifLevel(level: "red" | "yellow"): SarifLevel {
  return level === "red" ? "error" : "warning";
}

function ruleOf({ id, level, title, rationale, fix }: RuleMetadata): SarifRule {
  const page = pages[id]?.text ?? rationale;
  const help = `${page}\n\nFix: ${fix.title}.`;
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: title },
    fullDescription: { text: rationale },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: sarifLevel(level) },
    properties: {
      tags: ["lintel", "risk", level],
      precision: "very-high",
      "problem.severity": sarifLevel(level),
    },
  };
}

function errorRule(code: string): SarifRule {
  const { message, hint } = catalogue[code] ?? { message: code };
  return {
    id: code,
    name: pascalCase(code),
    shortDescription: { text: message },
    fullDescription: { text: hint === undefined ? message : `${message}; ${hint}` },
    defaultConfiguration: { level: "error" },
    properties: { tags: ["lintel", "spec-error"], precision: "very-high", "problem.severity": "error" },
  };
}

function pascalCase(id: string): string {
  return id
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
}
