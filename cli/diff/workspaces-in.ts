/** As deep as folders are searched. */
const maximumDepth = 3;

/** The folders of a tree that hold a workspace, "" for its top; what lies below one is its own. The same as of folders on disk. */
export function workspacesIn(files: readonly string[]): readonly string[] {
  const folders = files.flatMap((file) => {
    const found = /^(?:(.+)\/)?workspace\.(?:ya?ml|json)$/u.exec(file);
    return found === null ? [] : [found[1] ?? ""];
  });
  const all = [...new Set(folders)].filter(isSearched).sort();
  return all.filter(
    (folder) => !all.some((other) => other !== folder && (other === "" || folder.startsWith(`${other}/`))),
  );
}

function isSearched(folder: string): boolean {
  const names = folder.split("/");
  return names.length <= maximumDepth && !names.some((name) => name === "node_modules" || name.startsWith("."));
}
