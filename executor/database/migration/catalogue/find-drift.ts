import type { Catalogue, CataloguePart, CatalogueTable } from "./catalogue.ts";

const words: Readonly<Record<CataloguePart, string>> = {
  columns: "column",
  constraints: "constraint",
  indexes: "index",
  triggers: "trigger",
};

/**
 * What others took away or changed since a migration ended, one line each. What they added stands in nobody's way. Of another major
 * version of PostgreSQL only names are compared.
 */
export function findDrift(before: Catalogue, now: Catalogue): readonly string[] {
  return Object.entries(before.tables).flatMap(([name, table]) => {
    const found = now.tables[name];
    return found === undefined
      ? [`table app.${name} is gone`]
      : tableDrift(name, table, found, before.version === now.version);
  });
}

function tableDrift(
  name: string,
  before: CatalogueTable,
  now: CatalogueTable,
  comparesText: boolean,
): readonly string[] {
  return (Object.keys(words) as CataloguePart[]).flatMap((part) =>
    Object.entries(before[part]).flatMap(([key, text]) => {
      const what = `${words[part]} "${key}" of app.${name}`;
      const found = now[part][key];
      if (found === undefined) return [`${what} is gone`];
      return comparesText && found !== text ? [`${what} was ${text}, and is ${found}`] : [];
    }),
  );
}
