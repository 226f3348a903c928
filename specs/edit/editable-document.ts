import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import type { JsonValue } from "../json.ts";
import { parseFile, type Scalars } from "../load/parse-file.ts";
import { keyText, type Path } from "../load/yaml-span.ts";
import { EditError } from "./edit-error.ts";
import { noSuchPlace } from "./edit-operation.ts";
import type { TextFormat } from "./print-value.ts";

/** A parsed text that can be spliced; `root` has the source tokens of `yaml`'s CST. */
export interface EditableDocument {
  readonly text: string;
  readonly root: Document.Parsed;
  readonly value: JsonValue;
  /** What ends a line in this text. */
  readonly eol: string;
  readonly format: TextFormat;
  readonly scalars: Scalars;
}

/** @throws EditError when the text is no spec file that the loader could read. */
export function openDocument(text: string, format: TextFormat, scalars: Scalars): EditableDocument {
  const sink: Diagnostic[] = [];
  const { value } = parseFile({ file: format === "json" ? "text.json" : "text.yaml", text }, sink, scalars);
  const [problem] = sink;
  if (problem !== undefined) {
    throw new EditError("unreadable", `the text cannot be read (line ${String(problem.line)}: ${problem.message})`);
  }
  const [root] = parseAllDocuments(text, {
    version: "1.2",
    schema: scalars,
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    keepSourceTokens: true,
    logLevel: "silent",
  }) as readonly Document.Parsed[];
  if (root === undefined) throw new EditError("unreadable", "the text holds no document");
  return { text, root, value, eol: text.includes("\r\n") ? "\r\n" : "\n", format, scalars };
}

/**
 * The node at a path.
 * @throws EditError when there is none, when the path leads through an alias, or when an alias elsewhere stands for it.
 */
export function nodeAt(document: EditableDocument, path: Path): Node {
  const shared = aliased(document);
  let node: Node = document.root.contents as Node;
  path.forEach((step, index) => {
    refuseShared(node, path.slice(0, index), shared);
    node = childOf(node, step) ?? fail(noSuchPlace(path));
  });
  refuseShared(node, path, shared);
  return node;
}

/** A map of the document. @throws EditError when none stands at the path. */
export function mapAt(document: EditableDocument, path: Path): YAMLMap.Parsed {
  const node = nodeAt(document, path);
  return isMap(node) ? (node as unknown as YAMLMap.Parsed) : fail(noSuchPlace(path));
}

/** A list of the document. @throws EditError when none stands at the path. */
export function listAt(document: EditableDocument, path: Path): YAMLSeq.Parsed {
  const node = nodeAt(document, path);
  return isSeq(node) ? (node as unknown as YAMLSeq.Parsed) : fail(noSuchPlace(path));
}

export function pairOf(map: YAMLMap.Parsed, key: string | number): Pair<Node, Node | null> | undefined {
  return (map.items as readonly Pair<Node, Node | null>[]).find((pair) => keyText(pair.key) === String(key));
}

/** Every comment of a text with its offset, in order. */
export function commentsOf(text: string): readonly { readonly offset: number; readonly text: string }[] {
  const found: { offset: number; text: string }[] = [];
  let offset = 0;
  let isScalarNext = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isScalarNext && lexeme.startsWith("#")) found.push({ offset, text: lexeme.trimEnd() });
    isScalarNext = lexeme === scalarMark;
    if (!marks.has(lexeme)) offset += lexeme.length;
  }
  return found;
}

/** What the lexer writes between a text's own characters: the start of a document, a flow collection's error, a scalar. */
const scalarMark = "\u001f";
const marks: ReadonlySet<string> = new Set(["\u0002", "\u0018", scalarMark]);

function childOf(node: Node, step: string | number): Node | undefined {
  if (isMap(node)) return pairOf(node as unknown as YAMLMap.Parsed, step)?.value ?? undefined;
  return isSeq(node) ? (node.items as readonly Node[])[Number(step)] : undefined;
}

/** Names of the anchors that some alias stands for. */
function aliased({ root }: EditableDocument): ReadonlySet<string> {
  const names = new Set<string>();
  visit(root, { Alias: (_, alias) => void names.add(alias.source) });
  return names;
}

function refuseShared(node: Node, path: Path, shared: ReadonlySet<string>): void {
  const place = path.length === 0 ? "the document" : path.join("/");
  if (isAlias(node)) {
    throw new EditError("through-alias", `${place} is *${node.source}, an alias; write it out there, then edit it`);
  }
  const anchor = isNode(node) && (isScalar(node) || isCollection(node)) ? node.anchor : undefined;
  if (anchor !== undefined && shared.has(anchor)) {
    throw new EditError(
      "shared-by-alias",
      `${place} is also used as *${anchor}, so an edit would change both; write one of them out`,
    );
  }
}

function fail(error: EditError): never {
  throw error;
}
