import {
  type Bundle,
  type CompiledSpecs,
  compileFiles,
  type Diagnostic,
  locate,
  type SpecText,
  sliceOf,
} from "@lintel/specs";
import { analyse } from "../analyse.ts";
import type { AnalysisOptions } from "../analysis-options.ts";
import type { Finding, ToolRisk } from "../finding.ts";

/** What a fix is verified with. */
export interface JudgeOptions {
  /** Decides which acknowledgements have expired. */
  readonly now: Date | string;
  readonly environment?: string | undefined;
  readonly analysis?: AnalysisOptions;
}

/** Files that compile, and every finding on them. */
export interface JudgedFiles {
  readonly files: readonly SpecText[];
  readonly specs: Pick<Bundle, "workspace" | "entities" | "policies" | "tools">;
  /** Of a tool judged by itself only the file still holds, which no fix changes. */
  readonly sources: CompiledSpecs["sources"];
  readonly tools: readonly ToolRisk[];
  /** Findings of no tool. */
  readonly others: readonly Finding[];
}

export function findingsOf({ tools, others }: JudgedFiles): readonly Finding[] {
  return [...tools.flatMap(({ findings }) => findings), ...others];
}

/** Judges the files after an edit of one tool's file, `before` being what was judged without it. */
export type Judge = (files: readonly SpecText[], tool: string, before: JudgedFiles, options: JudgeOptions) => Judged;

export type Judged = { readonly judged: JudgedFiles } | { readonly diagnostics: readonly Diagnostic[] };

export function judgeFiles(files: readonly SpecText[], { now, environment, analysis }: JudgeOptions): Judged {
  const { specs, diagnostics } = compileFiles(files, { environment });
  if (specs === undefined) return { diagnostics };
  const { bundle, acknowledgements, sources } = specs;
  const { tools, findings: others } = analyse(bundle, acknowledgements, now, sources, analysis);
  return { judged: { files, specs: bundle, sources, tools, others } };
}

/** Compiles and judges everything again. */
export const judgeAll: Judge = (files, _tool, _before, options) => judgeFiles(files, options);

/**
 * Compiles and judges one tool with what its slice holds, so that a fix does not cost more where there are more tools. What the edit
 * does to the rest, which is nothing unless the tool got another name or route, is for whoever judges everything at the end. Where
 * the part does not compile, everything decides: it may need something from outside.
 */
export const judgeTool: Judge = (files, name, before, options) => {
  const part = partOf(name, before);
  if (part === undefined) return judgeFiles(files, options);
  const { environment, analysis, now } = options;
  const own = files.filter(({ path }) => part.has(path) || path.startsWith("policies/") || !path.includes("/"));
  const { specs } = compileFiles(own, { environment, isPart: true });
  const tool = specs?.bundle.tools.find((each) => each.name === name);
  if (specs === undefined || tool === undefined) return judgeFiles(files, options);
  const alone: Bundle = { ...specs.bundle, tools: [tool] };
  const [risk] = analyse(alone, specs.acknowledgements, now, specs.sources, analysis).tools;
  if (risk === undefined) return judgeFiles(files, options);
  const tools = before.specs.tools.map((each) => (each.name === name ? tool : each));
  return {
    judged: {
      ...before,
      files,
      specs: { ...before.specs, tools },
      tools: before.tools.map((each) => (each.name === name ? risk : each)),
    },
  };
};

/** The files of a tool and of the entities in its slice. */
function partOf(name: string, { specs, sources }: JudgedFiles): ReadonlySet<string> | undefined {
  const tool = specs.tools.find((each) => each.name === name);
  if (tool === undefined) return undefined;
  const keys = [`tool/${name}`, ...sliceOf(specs, tool).entities.map((entity) => `entity/${entity.name}`)];
  return new Set(keys.flatMap((key) => locate(sources, key)?.file ?? []));
}

/** Findings are the same one where rule, tool and node are; lines and fingerprints move with every edit. */
export function nameOf({ rule, tool, node, acknowledged }: Finding): string {
  return `${rule} ${tool}/${node ?? ""}${acknowledged === undefined ? "" : " accepted"}`;
}
