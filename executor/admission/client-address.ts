import { isIPv4, isIPv6 } from "node:net";

/**
 * Who is calling, where nobody signs in: of X-Forwarded-For what the proxy in front has seen itself, which is the last of its
 * addresses (what stands before, the client may have written), or one further to the front per further proxy of one's own;
 * the connection's own address without. An IPv6 address counts by its first 64 bits, which is one customer.
 */
export function clientAddress(forwardedFor: string | undefined, hops: number, remote: string | undefined): string {
  const given = forwardedFor?.split(",").at(-hops)?.trim() ?? remote ?? "";
  const address = /^\[(.*)\](?::\d+)?$/u.exec(given)?.[1] ?? /^([\d.]+):\d+$/u.exec(given)?.[1] ?? given;
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return "unknown";
  const mapped = /^::ffff:([\d.]+)$/iu.exec(address)?.[1];
  return mapped ?? `${networkOf(address)}::/64`;
}

/** The first four groups, in the one way in which the URL parser writes them. */
function networkOf(address: string): string {
  const host = new URL(`http://[${address.replace(/%.*$/u, "")}]/`).hostname.slice(1, -1);
  const [head = "", tail = ""] = host.split("::");
  const [start, end] = [head, tail].map((text) => (text === "" ? [] : text.split(":")));
  const zeros = 8 - (start?.length ?? 0) - (end?.length ?? 0);
  return [...(start ?? []), ...Array.from({ length: zeros }, () => "0"), ...(end ?? [])].slice(0, 4).join(":");
}
