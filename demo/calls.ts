/** One HTTP call of the demo: shown as the curl line that a person would type, and performed. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  /** Name of the shell variable that holds the token in the printed line. */
  readonly tokenName: string;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The call as a line for a POSIX shell. */
export function curlLine(url: string, call: Call): string {
  const data = call.body === undefined ? "" : ` --json ${quote(JSON.stringify(call.body))}`;
  return `curl -X ${call.method} ${quote(url + call.path)} -H "Authorization: Bearer $${call.tokenName}"${data}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Performs a call.
 * @throws Error when the answer's status is not the expected one, with the problem that the executor named.
 */
export async function perform(url: string, call: Call, expected: number): Promise<Answer> {
  const headers = { authorization: `Bearer ${call.token}`, "content-type": "application/json" };
  const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
  const response = await fetch(url + call.path, { method: call.method, headers, ...body });
  const text = await response.text();
  if (response.status !== expected) {
    throw new Error(
      `${call.method} ${call.path} answered ${String(response.status)}, not ${String(expected)}: ${text}`,
    );
  }
  return { status: response.status, body: JSON.parse(text) as unknown };
}
