/**
 * A request's Authorization. Node keeps the first of several and drops the rest, and what stands in front of us may have looked
 * at another one: several are joined, which is no bearer token (RFC 9110, section 5.3).
 */
export function authorizationOf(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length !== 13 || name.toLowerCase() !== "authorization") continue;
    const value = rawHeaders[index + 1] ?? "";
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}
