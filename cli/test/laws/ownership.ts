import type { Bundle, Entity, JsonObject, JsonValue } from "@lintel/specs";
import type { Snapshot } from "../../local/rows.ts";
import type { PlannedCall } from "../build-call.ts";
import type { Observation } from "../lane.ts";
import type { BrokenLaw } from "./laws.ts";
import { nestRow, valueAt } from "./nest-row.ts";

/** A caller whose roles own rows sees and changes no others; a caller of one tenant none of another. */
export function brokenOwnership(bundle: Bundle, planned: PlannedCall, seen: Observation): readonly BrokenLaw[] {
  if (seen.answer.status < 200 || seen.answer.status > 299 || planned.caller === undefined) return [];
  const shown = new Set(textsIn(seen.answer.body));
  return bundle.entities.flatMap((entity) => {
    const isForeign = foreignTo(entity, planned);
    if (isForeign === undefined) return [];
    return [...brokenSight(entity, isForeign, shown, seen, bundle), ...brokenWrites(entity, isForeign, seen, bundle)];
  });
}

/** Tells whether a row is somebody else's; undefined where all rows are the caller's to reach. */
function foreignTo(
  entity: Entity,
  { tool, caller }: PlannedCall,
): ((row: JsonObject) => string | undefined) | undefined {
  if (caller === undefined || tool.authorize.type !== "roles") return undefined;
  const { roles: allowed } = tool.authorize;
  const roles = caller.roles.filter((role) => allowed.includes(role));
  const { ownership, tenant } = entity;
  const claim = (name: string): JsonValue =>
    name === "sub" ? (caller.subject ?? null) : valueAt(caller.claims, name.split("."));
  const isOwner = ownership !== undefined && roles.length > 0 && roles.every((role) => ownership.roles.includes(role));
  if (!isOwner && tenant === undefined) return undefined;
  return (row) => {
    if (isOwner && valueAt(row, ownership.via) !== claim(ownership.claim)) return "ownership";
    return tenant !== undefined && row[tenant.field] !== claim(tenant.claim) ? "tenant" : undefined;
  };
}

type IsForeign = (row: JsonObject) => string | undefined;

function brokenSight(
  entity: Entity,
  isForeign: IsForeign,
  shown: ReadonlySet<string>,
  { after }: Observation,
  bundle: Bundle,
): readonly BrokenLaw[] {
  return rowsOf(entity, after).flatMap((row): readonly BrokenLaw[] => {
    const id = row["id"];
    if (typeof id !== "string" || !shown.has(id)) return [];
    const law = isForeign(nestRow(entity, row, after, bundle.entities));
    if (law === undefined) return [];
    return [
      {
        law,
        subject: `${entity.name}/seen`,
        message: `the answer holds the id of ${entity.name} ${id}, which is somebody else's`,
      },
    ];
  });
}

function brokenWrites(
  entity: Entity,
  isForeign: IsForeign,
  { before, after }: Observation,
  bundle: Bundle,
): readonly BrokenLaw[] {
  const earlier = new Map(rowsOf(entity, before).map((row) => [row["id"], row]));
  return rowsOf(entity, after).flatMap((row): readonly BrokenLaw[] => {
    const old = earlier.get(row["id"] ?? null);
    if (old !== undefined && old["version"] === row["version"]) return [];
    const [judged, rows] = old === undefined ? [row, after] : [old, before];
    const law = isForeign(nestRow(entity, judged, rows, bundle.entities));
    if (law === undefined) return [];
    return [
      {
        law,
        subject: `${entity.name}/written`,
        message: `the call wrote ${entity.name} ${JSON.stringify(row["id"])}, which is somebody else's`,
      },
    ];
  });
}

function rowsOf({ name }: Entity, rows: Snapshot): readonly JsonObject[] {
  return (rows[name] ?? []).map(({ values }) => values);
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
