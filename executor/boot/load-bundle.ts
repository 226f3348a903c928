import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Bundle, BundleError, openBundle } from "@lintel/specs";
import { SettingsError } from "../settings.ts";

/** Bytes. */
const maximumSize = 64 * 1024 * 1024;

/**
 * Reads a bundle, proves every digest and fact in it, and compares it with the pin. What comes over the network needs a pin.
 * @throws SettingsError, BundleError
 */
export async function loadBundle(url: string, pin: string | undefined): Promise<Bundle> {
  const bundle = proveBundle(await readBundle(url, pin));
  checkPin(bundle, pin);
  return bundle;
}

/** The text of a bundle, of which nothing is known yet. @throws SettingsError */
export async function readBundle(url: string, pin: string | undefined): Promise<string> {
  if (!URL.canParse(url)) throw new SettingsError(`LINTEL_BUNDLE is ${JSON.stringify(url)}; set a file: or https: URL`);
  const { protocol } = new URL(url);
  if (protocol === "file:") return readFile(fileURLToPath(url), "utf8");
  if (protocol !== "https:")
    throw new SettingsError(`LINTEL_BUNDLE has the scheme ${protocol} and must have file: or https:`);
  if (pin === undefined) throw new SettingsError("LINTEL_BUNDLE comes over the network: set LINTEL_BUNDLE_DIGEST too");
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new SettingsError(`LINTEL_BUNDLE answered ${response.status}`);
  const text = await response.text();
  if (text.length > maximumSize) throw new SettingsError(`LINTEL_BUNDLE is larger than ${maximumSize} bytes`);
  return text;
}

/** Derives every digest and fact of a bundle again. @throws BundleError */
export function proveBundle(text: string): Bundle {
  return openBundle(parse(text));
}

/** @throws BundleError for a bundle other than the pinned one */
export function checkPin({ digest }: Bundle, pin: string | undefined): void {
  if (pin === undefined || digest === pin) return;
  throw new BundleError(`LINTEL_BUNDLE_DIGEST is ${pin}, the bundle at hand has ${digest}; deploy them together`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BundleError("the bundle is not JSON; make one with `lintel bundle`", { cause: error });
  }
}
