import type { Finding } from "@lintel/policypack/risk";
import {
  type Acknowledgement,
  EditError,
  type EditOperation,
  editText,
  isJsonObject,
  readValue,
  type SpecText,
} from "@lintel/specs";
import { acceptedPart } from "./accepted-part.ts";
import { Refusal } from "./refusal.ts";
import type { Words } from "./words.ts";

/** An entry of acknowledgements.yaml, and whether it accepts a finding as the specs are now. */
export interface KnownEntry extends Acknowledgement {
  readonly isInUse: boolean;
}

export interface WrittenEntry {
  readonly files: readonly SpecText[];
  readonly verb: "acknowledged" | "renewed";
}

/**
 * The files with the finding accepted: a new entry behind the others, or the expired one renewed where it stands.
 * @throws Refusal when acknowledgements.yaml is written in a way that cannot be edited.
 */
export function writeEntry(
  files: readonly SpecText[],
  known: readonly KnownEntry[],
  finding: Finding,
  words: Words,
): WrittenEntry {
  const file = files.find(({ path }) => /^acknowledgements\.(ya?ml|json)$/.test(path)) ?? newFile(files);
  const index = known.findIndex((each) => isOutdated(each, finding));
  const operations =
    index < 0 ? addition(file, finding, words, files) : renewal(index, known[index], finding, words, files);
  const text = edited(file, operations);
  const others = files.filter(({ path }) => path !== file.path);
  return { files: [...others, { path: file.path, text }], verb: index < 0 ? "acknowledged" : "renewed" };
}

/** An entry for this finding that does not count any more: its date has passed, or what it accepted has changed. */
function isOutdated({ tool, rule, node, fingerprint, isInUse }: KnownEntry, finding: Finding): boolean {
  if (isInUse || tool !== finding.tool || rule !== finding.rule) return false;
  return fingerprint === finding.fingerprint
    ? node === undefined || node === finding.node
    : node !== undefined && node === finding.node;
}

function addition(
  file: SpecText,
  finding: Finding,
  words: Words,
  files: readonly SpecText[],
): readonly EditOperation[] {
  const value = readValue(file.text, optionsFor(file));
  const list = isJsonObject(value) ? value["acknowledgements"] : undefined;
  const path = ["acknowledgements"];
  const start: readonly EditOperation[] = Array.isArray(list) ? [] : [{ type: "set", path, value: [] }];
  const index = Array.isArray(list) ? list.length : 0;
  return [
    ...start,
    { type: "insert", path, index, value: entryOf(finding, words), comment: acceptedPart(finding, files) },
  ];
}

/** The same risk keeps its entry and its comments; another one is a new entry in its place. */
function renewal(
  index: number,
  old: Acknowledgement | undefined,
  finding: Finding,
  words: Words,
  files: readonly SpecText[],
): readonly EditOperation[] {
  const path = ["acknowledgements"];
  if (old?.fingerprint === finding.fingerprint) {
    const { reason, by, expires } = words;
    return Object.entries({ reason, by, expires }).map(([key, value]) => ({
      type: "set",
      path: [...path, index, key],
      value,
    }));
  }
  return [
    { type: "insert", path, index: index + 1, value: entryOf(finding, words), comment: acceptedPart(finding, files) },
    { type: "remove", path: [...path, index] },
  ];
}

function entryOf(
  { tool, rule, node, fingerprint }: Finding,
  { reason, by, expires }: Words,
): Readonly<Record<string, string>> {
  return { tool, rule, ...(node === undefined ? {} : { node }), fingerprint, reason, by, expires };
}

function edited(file: SpecText, operations: readonly EditOperation[]): string {
  try {
    return editText(file.text, operations, optionsFor(file)).text;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new Refusal(`${file.path} cannot be edited: ${error.message}`);
  }
}

function optionsFor({ path }: SpecText): { readonly format: "json" | "yaml"; readonly scalars: "failsafe" } {
  return { format: path.endsWith(".json") ? "json" : "yaml", scalars: "failsafe" };
}

const schema = "workspace.schema.json";

/** An empty acknowledgements.yaml; its first line tells editors the schema where that of workspace.yaml does. */
function newFile(files: readonly SpecText[]): SpecText {
  const workspace = files.find(({ path }) => /^workspace\.ya?ml$/.test(path))?.text ?? "";
  const modeline = workspace
    .split(/\r?\n/)
    .find((line) => line.startsWith("# yaml-language-server:") && line.includes(schema));
  const first = modeline ?? `# yaml-language-server: $schema=./node_modules/@lintel/specs/schemas/${schema}`;
  const head = first.replace(schema, "acknowledgements.schema.json");
  const text = `${head}\napiVersion: lintel/v1\nkind: Acknowledgements\nacknowledgements: []\n`;
  return { path: "acknowledgements.yaml", text };
}
