import { splitTemplate } from "../../expressions/split-template.ts";
import type { ValueTemplate } from "../../language/flow.ts";

/**
 * Whether an absolute url names its host in plain text, whatever its expressions give: `https://host` and then nothing, or a
 * path, a query or a fragment.
 */
export function fixesHost(url: ValueTemplate | undefined): boolean {
  if (typeof url !== "string") return false;
  const [first, ...others] = splitTemplate(url);
  if (first?.type !== "text") return false;
  const origin = /^https?:\/\/[^/?#@\\\s]+/iu.exec(first.text)?.[0];
  if (origin === undefined || !URL.canParse(origin)) return false;
  return others.length === 0 || /^[/?#]/u.test(first.text.slice(origin.length));
}
