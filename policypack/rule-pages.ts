import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rulesMetadata } from "./risk/index.ts";
import { aboutAcknowledgements, flowOf, rulesFolder } from "./rules-page.ts";

interface RulePage {
  /** rule.md. */
  readonly text: string;
  /** The flows of bad.yaml and good.yaml. */
  readonly bad: string;
  readonly good: string;
}

/**
 * rule-pages.json: what `lintel explain` and SARIF show of each rule with a folder, by id. It is data in one module, so that it
 * is there in a bundled command too, where no rule's folder is.
 */
export async function rulePages(): Promise<string> {
  const ids = rulesMetadata.map(({ id }) => id).filter((id) => !id.startsWith(aboutAcknowledgements));
  const pages = await Promise.all(ids.map(async (id) => [id, await pageOf(id)] as const));
  return `${JSON.stringify(Object.fromEntries(pages), null, 2)}\n`;
}

async function pageOf(id: string): Promise<RulePage> {
  const read = (file: string): Promise<string> => readFile(join(rulesFolder, id, file), "utf8");
  const [text, bad, good] = await Promise.all([read("rule.md"), read("bad.yaml"), read("good.yaml")]);
  return { text: text.trim(), bad: flowOf(bad), good: flowOf(good) };
}
