import type { Diagnostic } from "../diagnostic.ts";
import { type DiagnosticCode, diagnosticCatalogue, type Placeholders } from "../diagnostic-codes.ts";
import { frameAt, positionAt, type SourceText } from "./source-text.ts";
import type { SpecFile } from "./spec-file.ts";
import { type Path, spanAt } from "./yaml-span.ts";

export type { Path } from "./yaml-span.ts";

/** What fills the `{placeholders}` of a code's message. */
export type Values<C extends DiagnosticCode> = Readonly<Record<Placeholders<C>, string>>;

/** A diagnostic of the catalogue at an offset of a file. */
export function diagnosticAt<C extends DiagnosticCode>(
  code: C,
  source: SourceText,
  offset: number,
  values: Values<C>,
  hint?: string,
): Diagnostic {
  const entry: { readonly message: string; readonly hint?: string } = diagnosticCatalogue[code];
  return placed(source, offset, code, fill(entry.message, values), hint ?? entry.hint);
}

/** A diagnostic with a text of its own, as the parsers of YAML and of expressions give it. */
export function placed(source: SourceText, offset: number, code: string, message: string, hint?: string): Diagnostic {
  const position = positionAt(source, offset);
  const frame = frameAt(source, position);
  return { code, message, ...position, ...(hint === undefined ? {} : { hint }), frame };
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

export interface ReportOptions {
  /** Replaces the catalogue's hint. */
  readonly hint?: string | undefined;
  /** `key`: at the key of the path's last step; `value` (default): at what stands there. */
  readonly at?: "key" | "value";
}

/** Reports a diagnostic at a path of one file. */
export type Report = <C extends DiagnosticCode>(
  code: C,
  path: Path,
  values: Values<C>,
  options?: ReportOptions,
) => void;

/** Binds reporting to a file; diagnostics are appended to `sink`. */
export function reporter(file: SpecFile, sink: Diagnostic[]): Report {
  return (code, path, values, options = {}) => {
    const span = spanAt(file.root, path);
    const offset = options.at === "key" ? span.key : span.start;
    sink.push(diagnosticAt(code, file.source, offset, values, options.hint));
  };
}
