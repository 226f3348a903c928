import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { nearestTopics } from "./nearest-topics.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { type Topic, topicKinds } from "./topic.ts";
import { allTopics } from "./topics.ts";

export interface ExplainOptions {
  readonly list?: true;
}

/** `lintel explain`: what a rule or code means, why it matters and what to do; resolves to the exit code. */
export function explain(id: string | undefined, { list }: ExplainOptions, console: Console): number {
  const topics = allTopics();
  if (list === true) {
    console.out(listed(topics));
    return exitCodes.green;
  }
  if (id === undefined) {
    console.error("lintel: name a rule or a code, or use --list\n");
    return exitCodes.usage;
  }
  const found = topics.filter((topic) => topic.id === id);
  if (found.length === 0) {
    console.error(`lintel: ${unknown(id, topics)}\n`);
    return exitCodes.nothing;
  }
  console.out(`${found.map(({ text }) => renderMarkdown(text, console.isTerminal)).join("\n\n")}\n`);
  return exitCodes.green;
}

function unknown(id: string, topics: readonly Topic[]): string {
  if (id.startsWith("policy/")) {
    const [, policy = ""] = id.split("/");
    return `${id} is a rule of your workspace: the policy "${policy}" in policies/ says what it wants and why`;
  }
  const near = nearestTopics(
    id,
    topics.map((topic) => topic.id),
  );
  const hint = near.length === 0 ? "lintel explain --list shows what there is" : `did you mean ${near.join(", ")}?`;
  return `there is no rule or code "${id}"; ${hint}`;
}

function listed(topics: readonly Topic[]): string {
  const width = Math.max(...topics.map(({ id }) => id.length));
  const sections = Object.entries(topicKinds).map(([kind, heading]) => {
    const rows = topics
      .filter((topic) => topic.kind === kind)
      .map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`);
    return [heading, ...rows].join("\n");
  });
  return `${sections.join("\n\n")}\n`;
}
