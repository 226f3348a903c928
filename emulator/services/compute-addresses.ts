import { randomInt } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import { checkLabels } from "../limits.ts";
import { type Call, type Handlers, parameter, text } from "../world.ts";
import type { ComputeStore } from "./compute-store.ts";

/** Global addresses: single ones, and ranges for private services. */
export function addressHandlers(store: ComputeStore): Handlers {
  const parent = (call: Call): string => `projects/${call.project}/global/addresses`;
  const pathIn = (call: Call, name: string): string => `${parent(call)}/${parameter(call, name)}`;
  return {
    "compute.globalAddresses.insert": (call) => {
      const used = new Set(store.list(parent(call)).map((resource) => text(resource, "address")));
      return store.insert(call, parent(call), "compute#address", allocate(call.body, used));
    },
    "compute.globalAddresses.get": (call) => store.find(pathIn(call, "address")),
    "compute.globalAddresses.list": (call) => ({ items: store.list(parent(call)) }),
    "compute.globalAddresses.setLabels": (call) => {
      checkLabels(call.body["labels"]);
      const labelFingerprint = Buffer.from(crypto.randomUUID()).toString("base64").slice(0, 12);
      return store.change(call, pathIn(call, "resource"), "setLabels", {
        labels: call.body["labels"],
        labelFingerprint,
      });
    },
    "compute.globalAddresses.delete": (call) => store.remove(call, pathIn(call, "address")),
  };
}

/**
 * Output fields of an address. A range without an address of its own is taken from 127.0.0.0/8, so that what is later
 * placed in it can be reached on this machine: the one difference from Google, whose ranges are private ones.
 */
function allocate(body: JsonObject, used: ReadonlySet<string>): JsonObject {
  if (text(body, "purpose") === "VPC_PEERING" && text(body, "network") === "") {
    throw new ApiError(
      "INVALID_ARGUMENT",
      "Invalid value for field 'resource.network': ''. A network is needed for purpose VPC_PEERING.",
    );
  }
  const base = { status: "RESERVED", addressType: "EXTERNAL", ipVersion: "IPV4", labelFingerprint: "42WmSpB8rSM=" };
  if (text(body, "address") !== "") return base;
  const mask = -1 << (32 - Math.max(16, Number(body["prefixLength"] ?? 24)));
  let address = "";
  // Random, because two emulators on one machine share its loopback addresses.
  do {
    const low = randomInt(0, 65_536) & mask & 0xffff;
    address = `127.${randomInt(16, 250)}.${low >> 8}.${low & 0xff}`;
  } while (used.has(address));
  return { ...base, address };
}
