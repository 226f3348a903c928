/** The name in a URN: what stands after the last `::`. */
export function resourceName(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Type and name, as `gcp:sql/databaseInstance:DatabaseInstance notes-db`. */
export function resourceLabel(urn: string): string {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  return `${type} ${resourceName(urn)}`.trim();
}
