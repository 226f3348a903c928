import { isJsonObject, type JsonObject } from "../json.ts";
import type { Bundle } from "./bundle.ts";
import { canonicalJson } from "./canonical-json.ts";
import { assembleBundle } from "./slice.ts";

/** A bundle whose digests or facts are not those of its own specs, or that is not a bundle at all. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/**
 * Opens a bundle from its JSON and proves it: every digest and every derived fact is computed again from the specs in it.
 * @throws BundleError that names what differs.
 */
export function openBundle(json: unknown): Bundle {
  if (!isJsonObject(json) || json["apiVersion"] !== "lintel/v1") {
    throw new BundleError('this is not a bundle of apiVersion "lintel/v1"; make one with `lintel bundle`');
  }
  const claimed = json as unknown as Bundle;
  refuseTwins(json);
  const derived = derive(claimed);
  if (claimed.digest !== derived.digest) {
    throw new BundleError(`the bundle says digest ${claimed.digest}, its specs have ${derived.digest}; build it again`);
  }
  if (canonicalJson(claimed) !== canonicalJson(derived)) {
    throw new BundleError(`bundle ${claimed.digest} holds facts that do not follow from its specs; build it again`);
  }
  return derived;
}

/** Two of one name share a digest's entry, so that one of them would ride along unseen. */
function refuseTwins(json: JsonObject): void {
  for (const kind of ["tools", "entities", "policies"]) {
    const items = json[kind];
    const names = Array.isArray(items) ? items.map((item) => (isJsonObject(item) ? item["name"] : undefined)) : [];
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin !== undefined) {
      throw new BundleError(`the bundle has two ${kind} named ${JSON.stringify(twin)}; build it again`);
    }
  }
}

function derive(claimed: Bundle): Bundle {
  try {
    return assembleBundle(claimed);
  } catch (error) {
    throw new BundleError("the bundle's specs cannot be read; build it again", { cause: error });
  }
}
