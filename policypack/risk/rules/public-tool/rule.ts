import type { FlowNode } from "@lintel/specs";
import { inAnyOrder, placedAction } from "../../flow/evidence.ts";
import type { Rule } from "../../rule.ts";

export const publicTool: Rule = {
  id: "public-tool",
  level: "yellow",
  title: "A tool that anybody can call",
  rationale: "Whoever finds the address can call it, as often as they like, and nobody can be asked afterwards.",
  fix: { kind: "authorize", title: 'name the roles that may call it: "authorize: { roles: [...] }"' },
  check: (context) => {
    const { tool, parts } = context;
    if (tool.authorize.type !== "public") return [];
    const effects = parts.filter(({ facts }) => facts.effect !== "none");
    return [
      {
        key: "authorize",
        message: `anybody can call "${tool.name}"${reach(effects.map(({ node }) => node))}; name the roles that may`,
        confidence: "certain",
        evidence: {
          trigger: { ...tool.trigger } as Readonly<Record<string, string>>,
          effects: inAnyOrder(effects.map((part) => placedAction(part, context))),
        },
      },
    ];
  },
};

function reach(effects: readonly FlowNode[]): string {
  const names = [...new Set(effects.map((node) => ("entity" in node ? node.entity : node.type)))];
  return names.length === 0 ? "" : `, and through it reach ${names.join(", ")}`;
}
