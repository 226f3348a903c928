import type { Relationship } from "../language/entity.ts";
import type { Report } from "../load/report.ts";
import { byName } from "./by-name.ts";

export interface AuthoredRelationship {
  readonly belongsTo?: string;
  readonly hasMany?: string;
  readonly hasOne?: string;
  readonly field?: string;
  readonly through?: string;
  readonly onDelete?: Relationship["onDelete"];
}

/** Normalises relationships; the entities and fields that they name are checked in `checkEntities`. */
export function compileRelationships(
  authored: Readonly<Record<string, AuthoredRelationship>>,
  report: Report,
): readonly Relationship[] {
  const relationships = Object.entries(authored).flatMap(([name, written]): readonly Relationship[] => {
    const types = (["belongsTo", "hasMany", "hasOne"] as const).filter((type) => written[type] !== undefined);
    const [type] = types;
    const path = ["relationships", name];
    if (type === undefined || types.length > 1 || (written.through !== undefined && type !== "hasMany")) {
      report("unclear-relationship", path, {}, { at: "key" });
      return [];
    }
    if (written.field === undefined) {
      report("missing-key", path, { key: "field", name });
      return [];
    }
    const { through, field, onDelete = "restrict" } = written;
    const entity = written[type] ?? "";
    if (through === undefined) return [{ name, type, entity, field, onDelete }];
    return [{ name, type: "through", entity, field, through, onDelete }];
  });
  return byName(relationships);
}
