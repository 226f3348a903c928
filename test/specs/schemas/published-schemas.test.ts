import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { nodeDefinitions } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { compileDesign, problems, toolWith } from "../design-files.ts";

const specs = join(import.meta.dirname, "../../../specs");
const published = [
  ...readdirSync(join(specs, "schemas")).map((name) => join(specs, "schemas", name)),
  ...readdirSync(join(specs, "nodes"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(specs, "nodes", name, "schema.json")),
];

interface SchemaPart {
  readonly [key: string]: unknown;
}

function read(file: string): SchemaPart {
  return JSON.parse(readFileSync(file, "utf8")) as SchemaPart;
}

/** Every object inside a value, itself included. */
function parts(value: unknown): readonly SchemaPart[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(parts);
  return Array.isArray(value) ? inner : [value as SchemaPart, ...inner];
}

describe("the published JSON Schemas", () => {
  it("are draft 2020-12 and have no identifier, so that their relative references work from a file and from a URL", () => {
    for (const file of published) {
      expect(read(file)["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
      expect(read(file)).not.toHaveProperty("$id");
    }
  });

  it("refer only to files and definitions that are there", () => {
    for (const file of published) {
      for (const ref of parts(read(file)).flatMap((part) => (typeof part["$ref"] === "string" ? [part["$ref"]] : []))) {
        const [path = "", pointer = ""] = ref.split("#");
        const target = path === "" ? file : join(dirname(file), path);
        expect(existsSync(target), `${ref} in ${file}`).toBe(true);
        const found = pointer
          .split("/")
          .filter((step) => step !== "")
          .reduce<unknown>((at, step) => (at as SchemaPart)[step], read(target));
        expect(found, `${ref} in ${file}`).toBeDefined();
      }
    }
  });

  it("describe every key of the six kinds, for editors", () => {
    for (const kind of ["workspace", "entity", "tool", "policy", "acknowledgements", "scenario"]) {
      const properties = read(join(specs, "schemas", `${kind}.schema.json`))["properties"] as SchemaPart;
      for (const [key, property] of Object.entries(properties) as readonly [string, SchemaPart][]) {
        const isDescribed = ["description", "$ref", "const"].some((word) => word in property) || key === "$schema";
        expect(isDescribed, `${kind}.${key}`).toBe(true);
      }
    }
  });

  it("know just the node types that have a definition", () => {
    const { properties } = read(join(specs, "schemas/node.schema.json"));
    const type = (properties as SchemaPart)["type"] as SchemaPart;
    expect([...(type["enum"] as readonly string[])].sort()).toEqual(Object.keys(nodeDefinitions).sort());
  });

  it("say of each node type what its definition says", () => {
    const summaries = Object.values(nodeDefinitions).map(({ summary }) => summary);
    for (const name of readdirSync(join(specs, "nodes"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )) {
      expect(summaries).toContain(read(join(specs, "nodes", name.name, "schema.json"))["description"]);
    }
  });
});

describe("the example of each node type compiles:", () => {
  const folders = readdirSync(join(specs, "nodes"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(folders.map(({ name }) => name))("%s", (name) => {
    const example = readFileSync(join(specs, "nodes", name, "example.yaml"), "utf8");
    const flow = example.replace(/^/gm, "  ");
    expect(problems(compileDesign({ "tools/own.yaml": toolWith(flow) }))).toEqual([]);
  });
});
