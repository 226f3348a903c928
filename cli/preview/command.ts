import { Command, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import type { PreviewOptions } from "./preview.ts";
import { previewFormats } from "./render/formats.ts";

export const previewCommand: DefineCommand = ({ console, finish }) =>
  new Command("preview")
    .description("preview a stack with the policy pack: risk, specs, database and infrastructure in one report")
    .requiredOption("-s, --stack <name>", "stack to preview")
    .option("-C, --cwd <folder>", "folder of the Pulumi project", ".")
    .option("--policy-pack <folder>", "built policy pack; Lintel's own by default")
    .option("--policy-pack-config <file>", "what an organization tightens")
    .addOption(new Option("-f, --format <format>", "how to print").choices(previewFormats).default("text"))
    .option("-o, --output <file>", "write the report to a file, and one line that sums it up to the terminal")
    .option("--also <format=file...>", "write the same report in further formats")
    .option("--save-plan <file>", "save the plan, so that pulumi up --plan applies exactly what was reviewed")
    .option("--against <revision>", "compare risk and specs with a git revision instead of what is deployed")
    .addHelpText("after", examples)
    .action(async (options: PreviewOptions) => {
      const { preview } = await import("./preview.ts");
      finish(await preview(options, console));
    });

const examples = `
Examples:
  $ lintel preview --stack dev
  $ lintel preview --stack prod --format markdown --output comment.md
  $ lintel preview --stack prod --format json --output report.json --also markdown=comment.md sarif=lintel.sarif
  $ lintel preview --stack prod --save-plan plan.json && pulumi up --stack prod --plan plan.json
  $ lintel preview --stack dev --against origin/main
Exit codes: 0 green, 10 acknowledgements missing, 20 blocked, 2 wrong usage, 3 no project or stack, 40 the engine failed.`;
