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
  const bundle = openBundle(parse(await readText(url, pin)));
  if (pin !== undefined && bundle.digest !== pin) {
    throw new BundleError(
      `LINTEL_BUNDLE_DIGEST is ${pin}, the bundle at hand has ${bundle.digest}; deploy them together`,
    );
  }
  return bundle;
}

async function readText(url: string, pin: string | undefined): Promise<string> {
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BundleError("the bundle is not JSON; make one with `lintel bundle`", { cause: error });
  }
}
