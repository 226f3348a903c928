import type { Bundle, JsonSchema } from "@lintel/specs";

/** The bundle with another input or output of its probe, which the loader need not take. */
export function withSchemas(base: Bundle, part: "input" | "output", schema: object): Bundle {
  const tools = base.tools.map((tool) => (tool.name === "probe" ? { ...tool, [part]: schema as JsonSchema } : tool));
  return { ...base, tools };
}
