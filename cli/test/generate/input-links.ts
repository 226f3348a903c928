// What an input property is the id of, or the owner in: read off the flow, so that drawn calls meet rows that exist.
import { allNodes, type Bundle, type Entity, isJsonObject, type JsonValue, type Tool } from "@lintel/specs";

/** What values of a property mean something. */
export type InputLink = { readonly type: "id"; readonly entity: string } | { readonly type: "subject" };

/** Links of a tool's input properties, by name. */
export function inputLinks({ input, flow }: Tool, { entities }: Bundle): ReadonlyMap<string, InputLink> {
  const links = new Map<string, InputLink>();
  for (const name of Object.keys(isJsonObject(input["properties"]) ? input["properties"] : {})) {
    const entity = entities.flatMap(({ fields }) =>
      fields.filter((field) => field.name === name && field.ref !== undefined),
    );
    const [field] = entity;
    if (field?.ref !== undefined) links.set(name, { type: "id", entity: field.ref });
  }
  for (const node of allNodes(flow)) {
    if (node.type !== "read" && node.type !== "write") continue;
    const entity = entities.find(({ name }) => name === node.entity);
    if (entity === undefined) continue;
    const conditions = isJsonObject(node.where) ? Object.entries(node.where) : [];
    for (const [field, condition] of conditions) {
      if (isJsonObject(condition)) note(links, entity, field, condition["eq"]);
    }
    if (node.type === "read") continue;
    note(links, entity, "id", node.key);
    for (const [field, value] of Object.entries(node.values)) note(links, entity, field, value);
  }
  return links;
}

function note(links: Map<string, InputLink>, entity: Entity, name: string, template: JsonValue | undefined): void {
  const read = new Set(
    [...JSON.stringify(template ?? null).matchAll(/\binput\.(\w+)/gu)].map(([, input = ""]) => input),
  );
  const [input] = read;
  if (input === undefined || read.size > 1) return;
  const ref = name === "id" ? entity.name : entity.fields.find((field) => field.name === name)?.ref;
  if (ref !== undefined) links.set(input, { type: "id", entity: ref });
  const owner = entity.ownership?.via;
  if (owner?.length === 1 && owner[0] === name) links.set(input, { type: "subject" });
}
