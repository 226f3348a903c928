import { type CompiledSpecs, sliceOf } from "@lintel/specs";
import type { Resource } from "@pulumi/pulumi";
import { Entity } from "./entity.ts";
import { Tool } from "./tool.ts";

/** One resource per tool, with its closed slice. */
export function registerTools(parent: Resource, workspace: string, specs: CompiledSpecs): readonly Tool[] {
  const { bundle, acknowledgements } = specs;
  return bundle.tools.map((tool) => {
    const own = acknowledgements.filter((acknowledgement) => acknowledgement.tool === tool.name);
    const slice = sliceOf(bundle, tool);
    const digest = bundle.slices[tool.name] ?? "";
    const args = { workspace, name: tool.name, slice, digest, acknowledgements: own };
    return new Tool(`${workspace}-${tool.name}`, args, { parent });
  });
}

/** One resource per entity. */
export function registerEntities(parent: Resource, workspace: string, { bundle }: CompiledSpecs): readonly Entity[] {
  return bundle.entities.map((entity) => {
    const digest = bundle.entityDigests[entity.name] ?? "";
    return new Entity(`${workspace}-${entity.name}`, { workspace, entity, digest }, { parent });
  });
}
