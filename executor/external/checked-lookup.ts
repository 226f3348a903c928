// Decision: docs/decisions/0020-where-a-call-may-go.md
import { type LookupAddress, lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { reachOf } from "./address-reach.ts";
import { CallFailure } from "./call-failure.ts";

/** Where a host's name may lead: to public addresses only, or into our own network as well. */
export type Network = "public" | "private";

/** All addresses of a name. @throws Error as node:dns has it */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

export const resolveName: ResolveName = (name) =>
  new Promise((resolve, reject) => {
    lookup(name, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/** Names that lead to a cloud's metadata server, whatever they resolve to. */
const metadataNames: ReadonlySet<string> = new Set(["metadata", "metadata.google.internal", "instance-data"]);

/** Why a host may never be called, as its URL has it; undefined where it may, if its addresses do. */
export function hostFlaw(hostname: string): string | undefined {
  const host = bare(hostname);
  if (metadataNames.has(host)) return "is a metadata server";
  return isIP(host) !== 0 && reachOf(host) === "never" ? "is an address that no call may reach" : undefined;
}

/**
 * Resolves a host's name for a socket, which then connects to just the addresses that were checked: a name that changes its mind
 * between the check and the connection has nothing to change. Addresses that specs write themselves are never looked up.
 */
export function checkedLookup(network: Network, resolve: ResolveName): LookupFunction {
  return (name, { all }, callback) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        const isAllowed = first !== undefined && addresses.every(({ address }) => mayReach(name, address, network));
        if (!isAllowed) callback(forbidden(), "");
        else if (all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, ""),
    );
  };
}

function mayReach(name: string, address: string, network: Network): boolean {
  const reach = reachOf(address);
  if (bare(name) === "localhost") return reach === "private";
  return reach === "public" || (reach === "private" && network === "private");
}

export function forbidden(): CallFailure {
  return new CallFailure("none", "forbidden", { detail: "was not called: its host leads where no call may go" });
}

function bare(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/gu, "")
    .replace(/\.$/u, "")
    .toLowerCase();
}
