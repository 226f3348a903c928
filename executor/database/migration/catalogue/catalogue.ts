/** What PostgreSQL's catalogue says of schema `app`, as text; by table, then by name. */
export interface Catalogue {
  /** Texts of another major version may read otherwise. */
  readonly version: string;
  readonly tables: Readonly<Record<string, CatalogueTable>>;
}

export type CataloguePart = "columns" | "constraints" | "indexes" | "triggers";

export type CatalogueTable = Readonly<Record<CataloguePart, Readonly<Record<string, string>>>>;
