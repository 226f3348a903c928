import type { PoolClient, QueryConfig, QueryResult } from "pg";

/** The part of `pg`'s client that its types leave out: the socket, which holds back while it is corked. */
interface Wired {
  readonly connection?: { readonly stream?: { cork(): void; uncork(): void } };
}

/** Sends statements as one write to the socket; their answers, in order. */
export function sendTogether(
  client: PoolClient,
  statements: readonly (QueryConfig | string)[],
): readonly Promise<QueryResult>[] {
  const { stream } = (client as unknown as Wired).connection ?? {};
  stream?.cork();
  try {
    return statements.map((statement) => client.query(statement));
  } finally {
    stream?.uncork();
  }
}
