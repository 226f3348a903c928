import type { Diagnostic } from "../diagnostic.ts";
import { isJsonObject } from "../json.ts";
import { checkShape } from "./check-shape.ts";
import { parseFile } from "./parse-file.ts";
import { diagnosticAt, reporter } from "./report.ts";
import { indexedSource } from "./source-text.ts";
import { kindOf, type SpecFile, type SpecKind, type SpecText } from "./spec-file.ts";

/** Largest spec file, in bytes of UTF-8. */
export const maximumFileSize = 1024 * 1024;

/** Parses and checks the shape of every file; all problems of all files go to `sink`. */
export function loadFiles(files: readonly SpecText[], sink: Diagnostic[]): readonly SpecFile[] {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return sorted.flatMap((file) => {
    const kind = kindOf(file.path);
    return kind === undefined ? [] : [loadFile(file, kind, sink)];
  });
}

function loadFile({ path, text }: SpecText, kind: SpecKind, sink: Diagnostic[]): SpecFile {
  const source = indexedSource(path, text.replace(/^\uFEFF/, ""));
  const before = sink.length;
  if (Buffer.byteLength(text) > maximumFileSize) {
    const size = `${(Buffer.byteLength(text) / 1024 / 1024).toFixed(1)} MiB`;
    sink.push(diagnosticAt("file-too-large", { file: path, text: "" }, 0, { size, maximum: "1 MiB" }));
    return { kind, source, root: undefined, value: null, shape: "broken", wrong: [] };
  }
  // A fingerprint may be all digits, and then it is not a number.
  const parsed = parseFile(source, sink, kind === "acknowledgements" ? "failsafe" : "core");
  const draft: SpecFile = { kind, source, ...parsed, shape: "broken", wrong: [] };
  // A value with holes in it would fail its schema for reasons that are not the author's.
  if (sink.length > before) return draft;
  const { isSound, repaired, wrong } = checkShape(kind, parsed.value, reporter(draft, sink));
  if (isSound) return { ...draft, shape: "sound" };
  return repaired === undefined ? draft : { ...draft, value: repaired, shape: "repaired", wrong };
}

/** The name that a file declares, also where the file has other problems. */
export function declaredName(file: SpecFile): string | undefined {
  if (isJsonObject(file.value) && typeof file.value["name"] === "string") return file.value["name"];
  return /^\s*"?name"?\s*:\s*["']?([A-Za-z][\w-]*)/m.exec(file.source.text.slice(0, 10_000))?.[1];
}
