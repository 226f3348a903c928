// Decision: docs/decisions/0018-the-image-starts-from-a-snapshot.md; what was found out when the image was built holds for the very
// bytes that it was found out about, and for no others.
import { createHash } from "node:crypto";
import { needsSqlParser } from "@lintel/policypack/risk";
import { allNodes, type Bundle, isExternal, slicesOf, type Tool } from "@lintel/specs";
import type { Preparation } from "../nodes/runner.ts";
import { SettingsError } from "../settings.ts";
import { schemaCompiler } from "./compile-schema.ts";
import { type CompiledTool, compileTool } from "./compile-tool.ts";
import { judgeBundle } from "./judge-bundle.ts";
import { checkPin, proveBundle, readBundle } from "./load-bundle.ts";
import { checkServed } from "./unserved.ts";

/** Tools that are compiled, by name. */
export type CompiledTools = ReadonlyMap<string, CompiledTool>;

/** A bundle that was proven, judged and compiled before the process started. */
export interface PreparedBundle {
  readonly bundle: Bundle;
  /** sha256 of the bundle's text, in hex. */
  readonly textDigest: string;
  /** Not where it holds SQL: PostgreSQL's parser is WebAssembly, of which there are no snapshots. */
  readonly isJudged: boolean;
  readonly tools: CompiledTools;
}

/** A bundle that may be served, and those of its tools that are compiled already. */
export interface AdmittedBundle {
  readonly bundle: Bundle;
  readonly tools: CompiledTools;
}

/** Proves and judges a bundle, and compiles of it what needs no setting. @throws SettingsError, BundleError, RedBundleError */
export async function prepareBundle(url: string): Promise<PreparedBundle> {
  const text = await readBundle(url, undefined);
  const bundle = proveBundle(text);
  checkServed(bundle);
  const isJudged = !needsSqlParser(bundle.tools);
  if (isJudged) await judgeBundle(bundle);
  return { bundle, textDigest: digestOfText(text), isJudged, tools: compileAhead(bundle) };
}

/**
 * Reads a bundle; what was prepared is taken for the same text only, every other text is proven and judged as if nothing had been
 * prepared. @throws SettingsError, BundleError, RedBundleError
 */
export async function admitBundle(
  url: string,
  pin: string | undefined,
  prepared: PreparedBundle | undefined,
): Promise<AdmittedBundle> {
  const text = await readBundle(url, pin);
  const known = prepared?.textDigest === digestOfText(text) ? prepared : undefined;
  const bundle = known?.bundle ?? proveBundle(text);
  checkPin(bundle, pin);
  if (known?.isJudged !== true) await judgeBundle(bundle);
  return { bundle, tools: known?.tools ?? new Map() };
}

function digestOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

type Ahead = Pick<Preparation, "secret" | "schema" | "traffic" | "observe">;

/** Tools that call out hold secrets, connections and counters of the process that runs them: they are compiled there. */
function compileAhead(bundle: Bundle): CompiledTools {
  const schema = schemaCompiler("at once");
  const secret = (name: string): never => {
    throw new SettingsError(`secret ${name} is not known before a process starts`);
  };
  const compiled = slicesOf(bundle).flatMap((slice) => {
    const plan = bundle.plans[slice.tool.name];
    if (plan === undefined || callsOut(slice.tool)) return [];
    const preparation: Ahead = { secret, schema, traffic: new Map(), observe: (_tool, _node, run) => run };
    return [[slice.tool.name, compileTool(slice, plan, bundle.entities, preparation)] as const];
  });
  return new Map(compiled);
}

function callsOut({ flow }: Tool): boolean {
  return allNodes(flow).some((node) => isExternal(node) || "provider" in node);
}
