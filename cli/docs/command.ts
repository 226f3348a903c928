import { Command } from "commander";
import type { DefineCommand } from "../command.ts";
import { onWorkspace } from "../one-workspace.ts";
import type { DocsOptions } from "./docs.ts";

export const docsCommand: DefineCommand = ({ console, finish }) =>
  new Command("docs")
    .description("write what others read of a workspace: OpenAPI document, TypeScript client, reference pages")
    .argument("<folder>", "folder with workspace.yaml")
    .option("--openapi", "the OpenAPI 3.1 document, openapi.json")
    .option("--types", "a TypeScript client without dependencies, client.ts")
    .option("--markdown", "reference pages with diagrams, README.md and folders")
    .option("-o, --output <folder>", "where to write; without it, one kind of a single file is printed")
    .option("-e, --environment <name>", "apply the values of an environment of workspace.yaml")
    .addHelpText("after", examples)
    .action(async (folder: string, options: DocsOptions) => {
      const { docs } = await import("./docs.ts");
      finish(await onWorkspace(folder, console, (workspace) => docs(workspace, options, console)));
    });

const examples = `
Examples:
  $ lintel docs specs -o docs/api               all three
  $ lintel docs specs --openapi > openapi.json
  $ lintel docs specs --types -o web/src/api    web/src/api/client.ts
  $ lintel docs specs --markdown -o docs/api    a page per entity and tool, with Mermaid diagrams

Exit codes: 0 written, 2 specs that do not compile or a folder that cannot be written to, 3 no such folder.`;
