import type { SeenResources, SeenWorkspace } from "./seen-resources.ts";

/** One message per tool that the workspace lists and nothing in the stack carries. */
export function missingToolMessages(workspace: SeenWorkspace, seen: SeenResources): readonly string[] {
  return seen
    .missingTools(workspace)
    .map(
      (tool) =>
        `the workspace "${workspace.name}" lists the tool "${tool}", and no Tool resource carries it; register one`,
    );
}
