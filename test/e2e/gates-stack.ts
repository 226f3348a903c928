// What tests of the gates share: the repository's own program on a stack, the pack as it is published, the Red example.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStack, type Stack } from "./stack-harness.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** A stack whose program is the repository's own, in a project folder of its own; `lintel:specs` names a folder there. */
export function openRootStack(specs: string): Promise<Stack> {
  const own = ["Pulumi.yaml", "index.ts", "stack-config.ts"];
  return openStack({
    files: Object.fromEntries(own.map((name) => [name, readFileSync(join(checkout, name), "utf8")])),
    config: { "lintel:specs": specs, "lintel:image": `registry.invalid/executor@sha256:${"0".repeat(64)}` },
  });
}

/** Copies a folder of the repository to the same place in the stack's project. */
export function copyToProject(stack: Stack, path: string): void {
  cpSync(join(checkout, path), join(stack.folder, path), { recursive: true });
}

/** Builds the pack beside the project and answers its folder. */
export function buildPack(stack: Stack): string {
  const pack = join(stack.folder, "..", "pack");
  execFileSync(process.execPath, [join(checkout, "policypack/build.ts"), pack]);
  return pack;
}

/** A finding that a spec file announces by a comment `# expect: RULE` on its line. */
export interface Announced {
  readonly rule: string;
  /** The tool's name and its file's name, which the examples keep equal. */
  readonly tool: string;
  /** Relative to the repository, and to the project of a stack that the folder was copied to. */
  readonly file: string;
  readonly line: number;
}

/** Every finding that the tools of a spec folder announce, by rule. */
export function announcedFindings(folder: string): readonly Announced[] {
  const tools = readdirSync(join(checkout, folder, "tools")).map((name) => name.replace(/\.yaml$/, ""));
  const found = tools.flatMap((tool) => {
    const file = `${folder}/tools/${tool}.yaml`;
    const lines = readFileSync(join(checkout, file), "utf8").split("\n");
    return lines.flatMap((text, index) => {
      const rule = /# expect: ([\w-]+)/.exec(text)?.[1];
      return rule === undefined ? [] : [{ rule, tool, file, line: index + 1 }];
    });
  });
  return found.sort((a, b) => (a.rule < b.rule ? -1 : 1));
}
