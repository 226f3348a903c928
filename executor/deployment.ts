import { isJsonObject } from "@lintel/specs";
import type { Deployment } from "./database/index.ts";
import { SettingsError } from "./settings.ts";

/** What LINTEL_DEPLOYMENT says: `{acknowledgements, level, by?}`. @throws SettingsError when it is malformed */
export function readDeployment(text: string | undefined): Deployment | undefined {
  if (text === undefined || text === "") return undefined;
  const value = parse(text);
  if (isJsonObject(value) && Array.isArray(value["acknowledgements"]) && typeof value["level"] === "string") {
    return value as unknown as Deployment;
  }
  throw new SettingsError("LINTEL_DEPLOYMENT must be an object with a level and a list of acknowledgements");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsError("LINTEL_DEPLOYMENT is not JSON", { cause: error });
  }
}
