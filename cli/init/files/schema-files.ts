import { posix } from "node:path";
import { publishedSchemas } from "@lintel/specs/published-schemas";
import type { InitFile } from "./init-file.ts";

/** Where the schemas lie, from the top of what init writes. */
export const schemaFolder = ".schemas";

/** The schemas of the language in one flat folder, so that an editor needs neither a network nor an installation. */
export function schemaFiles(): readonly InitFile[] {
  return Object.entries(publishedSchemas).map(([path, schema]) => ({
    path: `${schemaFolder}/${flatName(path)}`,
    text: `${JSON.stringify(withFlatReferences(schema, path), null, 2)}\n`,
  }));
}

/** `nodes/read/schema.json` is `node-read.schema.json`. */
function flatName(path: string): string {
  const node = /^nodes\/([^/]+)\/schema\.json$/.exec(path)?.[1];
  return node === undefined ? posix.basename(path) : `node-${node}.schema.json`;
}

function withFlatReferences(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withFlatReferences(item, path));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => [
    key,
    key === "$ref" && typeof item === "string" ? flatReference(item, path) : withFlatReferences(item, path),
  ]);
  return Object.fromEntries(entries);
}

function flatReference(reference: string, path: string): string {
  const [file = "", fragment] = reference.split("#");
  if (file === "") return reference;
  const name = flatName(posix.join(posix.dirname(path), file));
  return fragment === undefined ? name : `${name}#${fragment}`;
}
