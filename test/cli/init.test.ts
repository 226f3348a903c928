import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { publishedPackages } from "../../toolchain/pack/published.ts";
import { lintel, temporaryFolder } from "./run-lintel.ts";

const temporary = temporaryFolder();

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("lintel init", () => {
  const shop = join(temporary, "MyShop 2");

  it("writes a workspace that passes lintel check, named after its folder", async () => {
    const { code, out } = await lintel(["init", shop]);
    expect(code).toBe(0);
    expect(out).toMatch(/^wrote the workspace my-shop-2:\n {2}specs\/workspace\.yaml\n/);
    expect(await lintel(["check", shop])).toMatchObject({ code: 0, error: "" });
    expect((await lintel(["check", shop])).out).toMatch(/^green: 0 red, 0 yellow, 5 tools, sha256:/);
  });

  it("writes a scenario that passes lintel test", async () => {
    const { code, out } = await lintel(["test", join(shop, "specs")]);
    expect([code, out]).toEqual([0, expect.stringContaining("1 passed")]);
  });

  it("writes YAML that parses, and specs that match the schema that their modeline names", () => {
    const ajv = new Ajv2020({ strict: false });
    const schemas = filesIn(join(shop, ".schemas"));
    for (const file of schemas) {
      ajv.addSchema(JSON.parse(readFileSync(file, "utf8")) as object, pathToFileURL(file).href);
    }
    const files = filesIn(shop).filter((file) => file.endsWith(".yaml"));
    const checked = files.filter((file) => {
      const text = readFileSync(file, "utf8");
      const value: unknown = parse(text, { strict: true, uniqueKeys: true });
      const schema = /^# yaml-language-server: \$schema=(.+)$/m.exec(text)?.[1];
      if (schema === undefined) return false;
      const validate = ajv.getSchema(pathToFileURL(resolve(dirname(file), schema)).href);
      expect([file, validate?.(value), validate?.errors]).toEqual([file, true, null]);
      return true;
    });
    expect(checked).toHaveLength(6);
    expect(files).toHaveLength(8);
  });

  it("names every schema that another one refers to, so that an editor needs no network", () => {
    const schemas = filesIn(join(shop, ".schemas"));
    const references = schemas.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/"\$ref": "([^#"]+)/g)].map(([, name]) =>
        join(dirname(file), name ?? ""),
      ),
    );
    expect(references.length).toBeGreaterThan(100);
    expect([...new Set(references)].filter((file) => !existsSync(file))).toEqual([]);
  });

  it("gives acknowledgements an owner, and CI a check with its upload", async () => {
    const folder = join(temporary, "owned");
    expect((await lintel(["init", folder, "--name", "own", "--owner", "@acme/risk anna@example.com"])).code).toBe(0);
    const owners = readFileSync(join(folder, ".github/CODEOWNERS"), "utf8");
    expect(owners).toContain("/specs/acknowledgements.* @acme/risk anna@example.com\n");
    const workflow = parse(readFileSync(join(folder, ".github/workflows/lintel.yaml"), "utf8")) as {
      readonly jobs: {
        readonly check: { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] };
      };
    };
    const { steps } = workflow.jobs.check;
    expect(steps.some(({ run }) => run === "npx lintel check specs --format sarif --output lintel.sarif")).toBe(true);
    expect(steps.some(({ uses }) => uses?.startsWith("github/codeql-action/upload-sarif@") === true)).toBe(true);
  });

  it("asks npm only for packages of ours that are published", () => {
    const manifest = JSON.parse(readFileSync(join(shop, "package.json"), "utf8")) as {
      readonly dependencies: object;
      readonly devDependencies: object;
    };
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const ours = names.filter((name) => /^(@lintel\/|lintel$)/.test(name));
    const published = publishedPackages.map(({ name }) => name);
    expect(ours.sort()).toEqual(["@lintel/components", "lintel"]);
    expect(ours.filter((name) => !published.includes(name))).toEqual([]);
  });

  it("overwrites nothing: it lists what is in the way and writes nothing", async () => {
    const folder = join(temporary, "taken");
    mkdirSync(folder);
    writeFileSync(join(folder, "README.md"), "mine");
    symlinkSync("/nowhere", join(folder, "index.ts"));
    const { code, out, error } = await lintel(["init", folder]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(
      "lintel: these are in the way, so nothing was written:\n  index.ts\n  README.md\nName a folder ",
    );
    expect(error).toContain("or move them away");
    expect(readdirSync(folder).sort()).toEqual(["README.md", "index.ts"]);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
  });

  it("leaves nothing half done where a file cannot be written", async () => {
    const folder = join(temporary, "blocked");
    mkdirSync(folder);
    writeFileSync(join(folder, ".github"), "a file, not a folder");
    const { code, error } = await lintel(["init", folder]);
    expect(code).toBe(2);
    expect(error).toContain(".github/CODEOWNERS cannot be written, so nothing was: ");
    expect(filesIn(folder)).toEqual([join(folder, ".github")]);
  });

  it("refuses names and owners that would not hold", async () => {
    const folder = join(temporary, "names");
    const named = await lintel(["init", folder, "--name", "My Shop"]);
    expect([named.code, named.error]).toEqual([2, expect.stringContaining('"My Shop" is no name of a workspace')]);
    const owned = await lintel(["init", folder, "--owner", "@a\n* @b"]);
    expect([owned.code, owned.error]).toEqual([2, expect.stringContaining("is no owner")]);
    const numbered = await lintel(["init", join(temporary, "123")]);
    expect([numbered.code, numbered.error]).toEqual([2, expect.stringContaining("give one with --name")]);
    expect(existsSync(folder)).toBe(false);
  });

  it("renews only the schemas with --schemas", async () => {
    writeFileSync(join(shop, ".schemas/tool.schema.json"), "{}");
    writeFileSync(join(shop, "README.md"), "mine");
    expect((await lintel(["init", shop, "--schemas"])).out).toMatch(/^wrote \d+ schemas\n$/);
    expect(readFileSync(join(shop, ".schemas/tool.schema.json"), "utf8")).toContain("Lintel tool");
    expect(readFileSync(join(shop, "README.md"), "utf8")).toBe("mine");
    const misspelt = join(temporary, "shpo");
    expect((await lintel(["init", misspelt, "--schemas"])).code).toBe(2);
    expect(existsSync(misspelt)).toBe(false);
  });
});
