import { type CatalogueEntry, catalogue } from "@lintel/executor/errors";
import { type RuleMetadata, rulesMetadata } from "@lintel/policypack/risk";
import rulePages from "@lintel/policypack/rule-pages.json" with { type: "json" };
import { type DiffRule, diagnosticCatalogue, diffRules, expressionCodes } from "@lintel/specs";
import type { Topic } from "./topic.ts";

const pages: Readonly<Record<string, RulePage | undefined>> = rulePages;

interface RulePage {
  readonly text: string;
  readonly bad: string;
  readonly good: string;
}

interface SpecError {
  readonly message: string;
  readonly hint?: string;
}

/** Everything that can be explained: rules, spec errors, problems of the executor, rules of `lintel diff`. */
export function allTopics(): readonly Topic[] {
  const errors: Readonly<Record<string, SpecError>> = { ...diagnosticCatalogue, ...expressionCodes };
  const changes: Readonly<Record<string, DiffRule>> = diffRules;
  return [
    ...rulesMetadata.map(ruleTopic),
    ...Object.entries(errors).map(([code, error]) => errorTopic(code, error)),
    ...Object.entries(catalogue).map(([code, problem]) => problemTopic(code, problem)),
    ...Object.entries(changes).map(([id, rule]) => changeTopic(id, rule)),
  ];
}

function ruleTopic({ id, level, title, rationale, fix }: RuleMetadata): Topic {
  const page = pages[id];
  const parts = [
    `# ${id}`,
    `**${level === "red" ? "Red" : "Yellow"}.** ${title}. ${rationale}`,
    `Fix: ${fix.title}.`,
    ...(page === undefined ? [] : [page.text, `## Bad\n\n${yaml(page.bad)}`, `## Good\n\n${yaml(page.good)}`]),
  ];
  const kind = page === undefined ? "acknowledgement" : level;
  return { id, kind, title, text: parts.join("\n\n") };
}

function errorTopic(code: string, { message, hint }: SpecError): Topic {
  const parts = [
    `# ${code}`,
    "**Spec error.** The specs do not compile, so nothing is judged and nothing deployed; it cannot be acknowledged.",
    `Message: ${message}`,
    ...(hint === undefined ? [] : [`Hint: ${hint}`]),
  ];
  return { id: code, kind: "spec error", title: message, text: parts.join("\n\n") };
}

function problemTopic(code: string, { status, message, hint }: CatalogueEntry): Topic {
  const text = `# ${code}\n\n**Problem, HTTP ${String(status)}.** ${message}.\n\nWhat to do: ${hint}`;
  return { id: code, kind: "problem", title: `${String(status)} ${message}`, text };
}

function changeTopic(id: string, { level, title, why, instead }: DiffRule): Topic {
  const advice = instead === undefined ? "" : `\n\nInstead: ${instead}`;
  return { id, kind: "change", title, text: `# ${id}\n\n**Change, ${level}.** ${title}. ${why}${advice}` };
}

function yaml(flow: string): string {
  return `\`\`\`yaml\n${flow}\n\`\`\``;
}
