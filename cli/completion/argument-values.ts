import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Suggestion } from "./completions.ts";

/** What an argument or option of a name takes, whichever command has it; none where it takes a file or anything. */
export async function argumentValues(name: string): Promise<readonly Suggestion[]> {
  const values = Object.hasOwn(known, name) ? known[name] : undefined;
  return values === undefined ? [] : values();
}

const known: Readonly<Record<string, () => Promise<readonly Suggestion[]>>> = {
  id: topicIds,
  rule: ruleIds,
  tool: toolNames,
};

async function topicIds(): Promise<readonly Suggestion[]> {
  const { allTopics } = await import("../explain/topics.ts");
  return allTopics().map(({ id, title }) => ({ value: id, description: title }));
}

async function ruleIds(): Promise<readonly Suggestion[]> {
  const { rulesMetadata } = await import("@lintel/policypack/risk");
  return rulesMetadata.map(({ id, title }) => ({ value: id, description: title }));
}

/** By their files' names: a key press must not wait for a compiler. */
async function toolNames(): Promise<readonly Suggestion[]> {
  const { findWorkspaces } = await import("../find-workspaces.ts");
  const { workspaces } = await findWorkspaces(".");
  const files = await Promise.all(workspaces.map((folder) => readdir(join(folder, "tools")).catch(() => [])));
  const names = files.flat().filter((file) => /\.(ya?ml|json)$/.test(file));
  return [...new Set(names)].sort().map((file) => ({ value: file.replace(/\.\w+$/, ""), description: "" }));
}
