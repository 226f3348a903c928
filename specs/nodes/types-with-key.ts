import { isJsonObject } from "../json.ts";
import { nodeSchemas } from "./schemas.ts";

/** The node types that take a key, by the titles of their schemas (`Node forEach`). */
export function nodeTypesWith(key: string): readonly string[] {
  return Object.values(nodeSchemas).flatMap((schema) => {
    const { title = "", properties = {} } = schema as { readonly title?: string; readonly properties?: object };
    const isTaken = isJsonObject(properties) && Object.hasOwn(properties, key) && properties[key] !== false;
    return isTaken ? [title.replace("Node ", "")] : [];
  });
}
