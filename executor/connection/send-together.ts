import type { PoolClient, QueryConfig, QueryResult } from "pg";

/** The part of `pg`'s client that its types leave out: the socket, which holds back while it is corked. */
interface Wired {
  readonly connection?: { readonly stream?: { cork(): void; uncork(): void } };
}

/** Keeps what is sent from now on until this turn of the event loop is over, so that it becomes one write to the socket. */
export function gatherTurn(client: PoolClient): void {
  const { stream } = (client as unknown as Wired).connection ?? {};
  stream?.cork();
  process.nextTick(() => stream?.uncork());
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
