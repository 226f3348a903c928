import { allNodes, type Bundle, type FlowNode } from "@lintel/specs";
import { runners } from "../nodes/index.ts";
import { SettingsError } from "../settings.ts";

/** A node whose type this version has no runner for. */
export function unserved(tool: string, node: FlowNode): SettingsError {
  const kind = node.type === "write" ? `type write with the action ${node.action}` : `type ${node.type}`;
  return new SettingsError(
    `tool ${tool}, node ${node.id}: nodes of ${kind} are not served by this version; remove it or use a newer executor`,
  );
}

/** Refuses at boot, not at a call. @throws SettingsError that names every such tool and node */
export function checkServed(bundle: Bundle): void {
  const problems = bundle.tools.flatMap((tool) =>
    allNodes(tool.flow).flatMap((node) => (isServed(node) ? [] : [unserved(tool.name, node).message])),
  );
  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
}

function isServed(node: FlowNode): boolean {
  // A write that takes rows away for good is Red: no statement does it.
  if (node.type === "write" && node.action === "delete") return false;
  return runners[node.type].isServed;
}
