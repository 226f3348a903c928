import { randomInt } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import type { Collection } from "../state/store.ts";
import { text } from "../world.ts";

/**
 * Output fields of a global address. A range without an address of its own is taken from 127.0.0.0/8, so that what
 * is later placed in it can be reached on this machine: the one difference from Google, whose ranges are private ones.
 */
export function allocateAddress(body: JsonObject, kept: Collection<JsonObject>): JsonObject {
  const network = text(body, "network");
  const purpose = text(body, "purpose");
  if (purpose === "VPC_PEERING" && network === "") {
    throw new ApiError(
      "INVALID_ARGUMENT",
      "Invalid value for field 'resource.network': ''. A network is needed for purpose VPC_PEERING.",
    );
  }
  const base = { status: "RESERVED", addressType: "EXTERNAL", ipVersion: "IPV4", labelFingerprint: "42WmSpB8rSM=" };
  if (text(body, "address") !== "") return base;
  const used = new Set(kept.list().map(([, resource]) => text(resource, "address")));
  const mask = -1 << (32 - Math.max(16, Number(body["prefixLength"] ?? 24)));
  let address = "";
  // Random, because two emulators on one machine share its loopback addresses.
  do {
    const low = randomInt(0, 65_536) & mask & 0xffff;
    address = `127.${String(randomInt(16, 250))}.${String(low >> 8)}.${String(low & 0xff)}`;
  } while (used.has(address));
  return { ...base, address };
}
