import type { Entity, Tool } from "@lintel/specs";

/**
 * The roles of the tool that reach every owner's rows although the entity says so nowhere: neither is their access bound by its
 * ownership, nor does its crud let them at existing rows. Webhooks and schedules act for nobody.
 */
export function unscopedRoles({ ownership, crud }: Entity, { authorize }: Tool): readonly string[] | "anybody" {
  if (authorize.type === "public") return "anybody";
  if (authorize.type !== "roles" || ownership === undefined) return [];
  const { read = [], list = [], update = [], delete: remove = [] } = crud;
  const declared = new Set([...ownership.roles, ...read, ...list, ...update, ...remove]);
  return authorize.roles.filter((role) => !declared.has(role)).sort();
}
