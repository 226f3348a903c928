import type { CheckedFolder } from "./checked-folder.ts";

/** One folder's report as it is; several as `{version, workspaces}`, each with its folder. check-report.schema.json holds both. */
export function renderJson(folders: readonly CheckedFolder[]): string {
  const [only, ...others] = folders;
  const workspaces = folders.map(({ folder, report }) => ({ folder, ...report }));
  const value = only !== undefined && others.length === 0 ? only.report : { version: 1, workspaces };
  return `${JSON.stringify(value, null, 2)}\n`;
}
