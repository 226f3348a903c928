// Decision: docs/decisions/0020-where-a-call-may-go.md
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Who is behind an address: anyone, our own network or machine, or what no call may ever reach. */
export type Reach = "public" | "private" | "never";

/** RFC 6890, RFC 1918, RFC 6598, RFC 4193; documentation and benchmarking ranges lead nowhere. */
const privateRanges = [
  "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 198.18.0.0/15 192.0.0.0/24",
  "::1/128 fc00::/7",
];
/** Link-local (where clouds keep their metadata servers), unspecified, multicast, reserved; fd20:ce::254 is Google's over IPv6. */
const neverRanges = [
  "169.254.0.0/16 0.0.0.0/8 224.0.0.0/4 240.0.0.0/4 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 192.88.99.0/24",
  "fe80::/10 fec0::/10 ::/128 ff00::/8 100::/64 2001::/23 2001:db8::/32 3fff::/20 fd20:ce::254/128 fd00:ec2::254/128",
];

const isPrivate = oneOf(privateRanges);
const isNever = oneOf(neverRanges);

/** Where an address leads; one that carries IPv4 addresses within (mapped, translated, 6to4) leads to where those do. */
export function reachOf(address: string): Reach {
  const carried = isIPv6(address) ? carriedIPv4(groupsOf(address)) : undefined;
  if (carried !== undefined) return strictest(carried.map(reachOf));
  const type = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  if (type === undefined || isNever(address, type)) return "never";
  return isPrivate(address, type) ? "private" : "public";
}

function strictest(reaches: readonly Reach[]): Reach {
  if (reaches.length === 0 || reaches.includes("never")) return "never";
  return reaches.includes("private") ? "private" : "public";
}

/** The list is made at its first use: a snapshot of the program (decision 0018) cannot hold it. */
function oneOf(ranges: readonly string[]): (address: string, type: "ipv4" | "ipv6") => boolean {
  let list: BlockList | undefined;
  return (address, type) => {
    list ??= blockList(ranges);
    return list.check(address, type);
  };
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges.flatMap((line) => line.split(" "))) {
    const [network = "", prefix] = range.split("/");
    list.addSubnet(network, Number(prefix), network.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

/** 2002::/16 (RFC 3056), 64:ff9b::/96 (RFC 6052), 64:ff9b:1::/48 (RFC 8215), else what begins with zeros. */
function carriedIPv4(groups: readonly number[]): readonly string[] | undefined {
  const [first, second = 0, third = 0] = groups;
  if (first === 0x2002) return [dotted(second, third)];
  if (first !== 0x64 || second !== 0xff9b) return embeddedIPv4(groups);
  if (third === 1) return locallyTranslated(groups);
  return groups.slice(2, 6).every((group) => group === 0) ? [lastOf(groups)] : undefined;
}

/** ::ffff:0:0/96 (RFC 4291), ::/96 (deprecated there), ::ffff:0:0:0/96 (RFC 2765). */
function embeddedIPv4(groups: readonly number[]): readonly string[] | undefined {
  if (groups.slice(0, 4).some((group) => group !== 0)) return undefined;
  const prefix = groups.slice(4, 6).map((group) => group.toString(16));
  if (!["0:0", "0:ffff", "ffff:0"].includes(prefix.join(":"))) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  // ::1 and :: are addresses of their own.
  const isOwn = prefix.join(":") === "0:0" && high === 0 && low <= 1;
  return isOwn ? undefined : [lastOf(groups)];
}

/** A network's own translator reads the address after a prefix of 48, 56, 64 or 96 bits (RFC 6052, section 2.2): whichever is meant. */
function locallyTranslated(groups: readonly number[]): readonly string[] {
  const octets = groups.flatMap((group) => [group >> 8, group & 0xff]);
  // Octet 8 is none of the address.
  const inner = octets.toSpliced(8, 1);
  const meant = [...[6, 7, 8].map((start) => inner.slice(start, start + 4).join(".")), lastOf(groups)];
  return meant.filter((address) => !address.startsWith("0."));
}

/** The eight groups of an address, which the URL parser writes in one way only (WHATWG URL, section 3.5). */
function groupsOf(address: string): readonly number[] {
  const host = new URL(`http://[${address.replace(/%.*$/u, "")}]/`).hostname.slice(1, -1);
  const [head = "", tail] = host.split("::");
  const parse = (text: string): readonly number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [start, end] = [parse(head), parse(tail ?? "")];
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end];
}

function lastOf(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return dotted(high, low);
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
