import { type Document, isCollection, isScalar, type Node, parseAllDocuments, visit, type YAMLError } from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import type { JsonValue } from "../json.ts";
import { jsonError } from "./json-error.ts";
import { diagnosticAt, placed } from "./report.ts";
import type { SourceText } from "./source-text.ts";
import type { Root } from "./yaml-span.ts";
import { maximumDepth, yamlToJson } from "./yaml-to-json.ts";

/** `core`: numbers, booleans and null are what they look like; `failsafe`: every scalar is text. */
export type Scalars = "core" | "failsafe";

export interface Parsed {
  readonly root: Root;
  readonly value: JsonValue;
}

/** Parses a spec file's text (YAML 1.2 core schema, of which JSON is a part); problems go to `sink`, nothing is thrown. */
export function parseFile(source: SourceText, sink: Diagnostic[], scalars: Scalars = "core"): Parsed {
  const nul = source.text.indexOf("\0");
  if (nul >= 0) {
    sink.push(diagnosticAt("nul-character", source, nul, {}));
    return { root: undefined, value: null };
  }
  const deep = tooDeepAt(source.text);
  if (deep !== undefined) {
    sink.push(diagnosticAt("too-deep", source, deep, { maximum: String(maximumDepth) }));
    return { root: undefined, value: null };
  }
  try {
    return parseYaml(source, sink, scalars);
  } catch (error) {
    // The YAML library promises errors as data; should some text make it throw, that is still this file's error only.
    const reason = error instanceof Error ? error.message : String(error);
    sink.push(diagnosticAt("malformed-yaml", source, 0, { reason }));
    return { root: undefined, value: null };
  }
}

function parseYaml(source: SourceText, sink: Diagnostic[], scalars: Scalars): Parsed {
  const documents = parseAllDocuments(source.text, {
    version: "1.2",
    schema: scalars,
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // checked while converting: the library compares every key with every other
    prettyErrors: false,
    logLevel: "silent",
  }) as readonly Document.Parsed[];
  const [root, second] = documents;
  if (root === undefined || root.contents === null) {
    sink.push(...(root?.errors ?? []).map((error) => syntaxError(source, error)));
    if ((root?.errors ?? []).length === 0) sink.push(diagnosticAt("empty-file", source, 0, {}));
    return { root: undefined, value: null };
  }
  const before = sink.length;
  sink.push(...firstPerLine([...root.errors, ...root.warnings].map((error) => syntaxError(source, error))));
  if (second !== undefined) sink.push(diagnosticAt("several-documents", source, second.range[0], {}));
  if (root.directives.yaml.explicit === true) sink.push(diagnosticAt("yaml-directive", source, 0, {}));
  if (sink.length === before && source.text.includes("!")) rejectTags(root, source, sink);
  if (sink.length === before && source.file.endsWith(".json")) rejectNonJson(source, sink);
  return { root, value: yamlToJson(root, source, sink) };
}

/** Where the library's own words speak of its options. */
const reasons: Readonly<Record<string, string>> = {
  NON_STRING_KEY: "a key is plain text",
  RESOURCE_EXHAUSTION: "maps and lists nest too deep",
};

function syntaxError(source: SourceText, error: YAMLError): Diagnostic {
  if (error.code === "TAG_RESOLVE_FAILED") return diagnosticAt("yaml-tag", source, error.pos[0], {});
  if (error.code === "BAD_ALIAS") return diagnosticAt("bad-alias", source, error.pos[0], {});
  const said = error.message.split("\n")[0] ?? "";
  const reason = reasons[error.code] ?? said.replace('closing "quote', "closing quote");
  return diagnosticAt("malformed-yaml", source, error.pos[0], { reason }, remedies[error.code]);
}

/** What to do, where the library only says what it met. */
const remedies: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: "quote text that begins with @, ` or %",
  BAD_DQ_ESCAPE: "double a backslash, or use single quotes",
  MULTILINE_IMPLICIT_KEY: "a colon and a space end a key",
  NON_STRING_KEY: "quote the key",
  TAB_AS_INDENT: "indent with spaces",
  BAD_INDENT: "keys of one map, and items of one list, start in the same column; a bracket before may be open",
  MISSING_CHAR:
    "a bracket, quote or comma is missing here or before, or this line is indented otherwise than its neighbours",
  BLOCK_AS_IMPLICIT_KEY: 'quote text that holds ": "',
  UNEXPECTED_TOKEN: "quote text that holds one of { } [ ] , : # as in an expression ${…}",
};

/** One broken place makes the parser stumble several times; the first of a line says it. */
function firstPerLine(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const lines = new Set<number>();
  return diagnostics.filter(({ line }) => !lines.has(line) && lines.add(line));
}

function rejectTags(root: Document.Parsed, source: SourceText, sink: Diagnostic[]): void {
  visit(root, {
    Node: (_, node) => {
      const tagged = (isScalar(node) || isCollection(node)) && (node as Node & { tag?: string }).tag !== undefined;
      if (tagged) sink.push(diagnosticAt("yaml-tag", source, node.range?.[0] ?? 0, {}));
    },
  });
}

function rejectNonJson(source: SourceText, sink: Diagnostic[]): void {
  const error = jsonError(source.text);
  if (error === undefined) return;
  sink.push(placed(source, error.offset, "malformed-json", `this file is not JSON: ${error.reason}`, jsonHint));
}

const jsonHint = "JSON takes no comments, no trailing commas, and only double quotes; in a .yaml file they may stand";

/** Where flow brackets or block indicators nest deeper than any spec does: a parser must not be asked to recurse there. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    // Brackets in a comment or in text may stand alone; they would have to stand there in hundreds.
    if (depth > maximumDepth * 8) return at;
  }
  return undefined;
}
