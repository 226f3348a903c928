import type { JsonValue } from "../json.ts";
import type { CrudAction, Entity, Exclusion, ExclusionPart, Invariant, Tenant } from "../language/entity.ts";
import type { Report } from "../load/report.ts";
import { compact } from "./compact.ts";
import { type AuthoredField, compileFields } from "./compile-fields.ts";
import { type AuthoredRelationship, compileRelationships } from "./compile-relationships.ts";
import { type AuthoredStatus, compileStatus } from "./compile-status.ts";
import { optionalDuration } from "./durations.ts";
import { snakeCase } from "./entity-names.ts";

export interface AuthoredEntity {
  readonly name: string;
  readonly description?: string;
  readonly renamedFrom?: string;
  readonly fields: Readonly<Record<string, AuthoredField>>;
  readonly relationships?: Readonly<Record<string, AuthoredRelationship>>;
  readonly status?: AuthoredStatus;
  readonly invariants?: readonly (Omit<Invariant, "expr"> & { readonly expr: string | boolean })[];
  readonly unique?: readonly (readonly string[])[];
  readonly exclude?: readonly AuthoredExclusion[];
  readonly ownership?: { readonly via: string; readonly claim?: string; readonly roles: readonly string[] };
  readonly tenant?: Tenant;
  readonly crud?: Readonly<Partial<Record<CrudAction, readonly string[]>>>;
  readonly list?: {
    readonly filterable?: readonly string[];
    readonly sortable?: readonly string[];
    readonly maximum?: number;
  };
  readonly retention?: string;
}

interface AuthoredExclusion {
  readonly name: string;
  readonly fields: Readonly<Record<string, "equal" | "overlaps">>;
  readonly where?: string | boolean;
  readonly message?: string;
}

/** Normalises one entity; what it says of itself is checked here, what it says of others in `checkEntities`. */
export function compileEntity(value: JsonValue, report: Report): Entity {
  const authored = value as unknown as AuthoredEntity;
  const { ownership, list } = authored;
  const status = authored.status === undefined ? undefined : compileStatus(authored.status, report);
  return compact<Entity>({
    name: authored.name,
    description: authored.description,
    renamedFrom: authored.renamedFrom,
    table: snakeCase(authored.name),
    key: "id",
    fields: compileFields(authored.fields, report),
    relationships: compileRelationships(authored.relationships ?? {}, report),
    status,
    invariants: (authored.invariants ?? []).map((invariant) => ({ ...invariant, expr: String(invariant.expr) })),
    unique: authored.unique ?? [],
    exclude: (authored.exclude ?? []).map(compileExclusion),
    ownership:
      ownership === undefined
        ? undefined
        : { via: ownership.via.split("."), claim: ownership.claim ?? "sub", roles: ownership.roles },
    tenant: authored.tenant,
    crud: authored.crud ?? {},
    list: { filterable: list?.filterable ?? [], sortable: list?.sortable ?? [], maximum: list?.maximum ?? 100 },
    retention: optionalDuration(authored.retention),
  });
}

function compileExclusion(authored: AuthoredExclusion): Exclusion {
  return compact<Exclusion>({
    name: authored.name,
    parts: Object.entries(authored.fields)
      .map(([key, operator]) => compilePart(key, operator))
      .sort((a, b) => compare(a.operator, b.operator) || compare(a.fields.join(), b.fields.join())),
    where: authored.where === undefined ? undefined : String(authored.where),
    message: authored.message,
  });
}

/** Equal fields before ranges, each by name. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `roomId: equal`, or `"[startsOn, endsOn)": overlaps`. */
function compilePart(key: string, operator: "equal" | "overlaps"): ExclusionPart {
  const range = /^([[(]) *(\w+) *, *(\w+) *([\])])$/.exec(key);
  if (range === null) return { fields: [key], operator };
  const [, open = "", lower = "", upper = "", close = ""] = range;
  return { fields: [lower, upper], bounds: `${open}${close}` as "[)", operator };
}
