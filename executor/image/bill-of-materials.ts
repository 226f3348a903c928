// A CycloneDX bill of materials (cyclonedx.org/docs/1.6/json): of what the program's file holds, not of what is installed.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";

/** A package of which something is in the program. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Files of which something is in what was built. */
export function bundledFiles({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

/** The text of the bill; `files` are paths of what was bundled, relative to `root`. The same files give the same text. */
export async function billOfMaterials(root: string, files: Iterable<string>): Promise<string> {
  const folders = new Set([...files].flatMap((file) => folderOf(file) ?? []));
  const packages = await Promise.all([...folders].map((folder) => readPackage(join(root, folder))));
  const components = packages.map(componentOf).toSorted((one, other) => (one.purl < other.purl ? -1 : 1));
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "lintel-executor", "bom-ref": "lintel-executor" } },
    components: components.filter(({ purl }, index) => purl !== components[index - 1]?.purl),
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** The package's folder in a path such as `node_modules/a/node_modules/@b/c/lib/x.js`. */
function folderOf(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(file)?.[0];
}

async function readPackage(folder: string): Promise<Package> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Package;
}

function componentOf({ name, version, license }: Package) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const [, scope, own = name] = /^(@[^/]+)\/(.+)$/u.exec(name) ?? [];
  return {
    type: "library",
    "bom-ref": purl,
    ...(scope === undefined ? {} : { group: scope }),
    name: own,
    version,
    ...(license === undefined ? {} : { licenses: [licenseOf(license)] }),
    purl,
  };
}

/** An SPDX id, or an expression of such. */
function licenseOf(license: string) {
  return license.includes(" ") ? { expression: license } : { license: { id: license } };
}
