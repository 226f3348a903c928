import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { analyse, loadSqlParser, needsSqlParser, type RiskReport } from "@lintel/policypack/risk";
import { type CompiledSpecs, clientOf, compileFolder, openApiOf, type ReferencePage, referenceOf } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { printable } from "../report/printable.ts";

export interface DocsOptions {
  readonly openapi?: true;
  readonly types?: true;
  readonly markdown?: true;
  readonly output?: string;
  readonly environment?: string;
}

/** `lintel docs`: writes what others read of a workspace; resolves to the exit code. */
export async function docs(folder: string, options: DocsOptions, console: Console): Promise<number> {
  const { specs, diagnostics } = await compileFolder(folder, { environment: options.environment });
  if (specs === undefined) {
    const lines = diagnostics.map(({ file, line, code, message }) => `  ${file}:${String(line)} ${code} ${message}`);
    console.error(printable(`lintel: ${folder} does not compile\n${lines.join("\n")}\n`));
    return exitCodes.usage;
  }
  const pages = pagesOf(specs, await judge(specs, console.now()), options);
  const [only, ...others] = pages;
  if (options.output !== undefined) return write(pages, options.output, console);
  if (only !== undefined && others.length === 0) {
    console.out(only.text);
    return exitCodes.green;
  }
  console.error("lintel: several files are written to a folder: name it with -o\n");
  return exitCodes.usage;
}

async function judge({ bundle, acknowledgements, sources }: CompiledSpecs, now: Date): Promise<RiskReport> {
  if (needsSqlParser(bundle.tools)) await loadSqlParser();
  return analyse(bundle, acknowledgements, now, sources);
}

/** The kinds that are asked for; all of them where none is. */
function pagesOf({ bundle }: CompiledSpecs, { tools }: RiskReport, asked: DocsOptions): readonly ReferencePage[] {
  const isAll = asked.openapi === undefined && asked.types === undefined && asked.markdown === undefined;
  const risk = Object.fromEntries(tools.map(({ name, level }) => [name, level]));
  const verdicts = Object.fromEntries(tools.map((tool) => [tool.name, tool]));
  const openapi = () => ({ path: "openapi.json", text: `${JSON.stringify(openApiOf(bundle, { risk }), null, 2)}\n` });
  return [
    ...(isAll || asked.openapi === true ? [openapi()] : []),
    ...(isAll || asked.types === true ? [{ path: "client.ts", text: clientOf(bundle) }] : []),
    ...(isAll || asked.markdown === true ? referenceOf(bundle, { verdicts }) : []),
  ];
}

async function write(pages: readonly ReferencePage[], output: string, console: Console): Promise<number> {
  try {
    for (const { path, text } of pages) {
      const file = join(output, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  } catch (error) {
    console.error(
      `lintel: ${output} cannot be written to: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return exitCodes.usage;
  }
  console.out(`${String(pages.length)} ${pages.length === 1 ? "file" : "files"} written to ${output}\n`);
  return exitCodes.green;
}
