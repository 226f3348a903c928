import type { JsonValue } from "../json.ts";
import type { Field, FieldType } from "../language/entity.ts";
import type { Path, Report } from "../load/report.ts";
import { byName } from "./by-name.ts";
import { checkDefault } from "./check-default.ts";
import { compact } from "./compact.ts";
import { reservedFields, snakeCase } from "./entity-names.ts";
import { patternProblem } from "./pattern-problem.ts";

export interface AuthoredField {
  readonly type?: FieldType;
  readonly ref?: string;
  readonly required?: boolean;
  readonly nullable?: boolean;
  readonly generated?: boolean;
  readonly computed?: string | boolean;
  readonly default?: JsonValue;
  readonly values?: readonly string[];
  readonly currency?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly sensitive?: boolean;
  readonly personal?: boolean;
  readonly renamedFrom?: string;
  readonly renamedValues?: Readonly<Record<string, string>>;
}

/** Normalises an entity's fields and checks each by itself; `id` comes first, then by name: the order of keys is no one's. */
export function compileFields(authored: Readonly<Record<string, AuthoredField>>, report: Report): readonly Field[] {
  const columns = new Map<string, string>();
  const fields = Object.entries(authored).map(([name, written]) => {
    const path = ["fields", name];
    checkName(name, columns, path, report);
    const field = compileField(name, written);
    checkField(field, written, path, report);
    return field;
  });
  return byName(fields).sort((a, b) => Number(b.name === "id") - Number(a.name === "id"));
}

function compileField(name: string, authored: AuthoredField): Field {
  const isDecimal = authored.type === "decimal";
  return compact<Field>({
    name,
    type: authored.type ?? "uuid",
    nullable: authored.nullable ?? false,
    generated: authored.generated ?? false,
    computed: authored.computed === undefined ? undefined : String(authored.computed),
    default: authored.default,
    ref: authored.ref,
    values: authored.values,
    currency: authored.currency,
    minimum: authored.minimum,
    maximum: authored.maximum,
    minLength: authored.minLength,
    maxLength: authored.maxLength,
    pattern: authored.pattern,
    precision: isDecimal ? (authored.precision ?? 38) : undefined,
    scale: isDecimal ? (authored.scale ?? 9) : undefined,
    sensitive: authored.sensitive ?? false,
    personal: authored.personal ?? false,
    renamedFrom: authored.renamedFrom,
    renamedValues: authored.renamedValues,
  });
}

function checkName(name: string, columns: Map<string, string>, path: Path, report: Report): void {
  const column = snakeCase(name);
  const other = columns.get(column);
  if (reservedFields.includes(name)) report("reserved-field", path, { name }, { at: "key" });
  else if (name in Object.prototype) report("reserved-name", path, { name }, { at: "key" });
  else if (other !== undefined) report("name-collision", path, { name, other, column }, { at: "key" });
  columns.set(column, name);
}

function checkField(field: Field, written: AuthoredField, path: Path, report: Report): void {
  for (const [key, other] of contradictions(field, written)) {
    report("contradictory-keys", [...path, key], { key, other }, { at: "key" });
  }
  for (const [least, greatest] of [
    ["minimum", "maximum"],
    ["minLength", "maxLength"],
    ["scale", "precision"],
  ] as const) {
    const [low, high] = [field[least], field[greatest]];
    if (low === undefined || high === undefined || low <= high) continue;
    report("bad-bounds", [...path, least], {
      least: `${least} ${String(low)}`,
      greatest: `${greatest} ${String(high)}`,
    });
  }
  const reason = field.pattern === undefined ? undefined : patternProblem(field.pattern);
  if (reason !== undefined) report("bad-pattern", [...path, "pattern"], { reason });
  field.values?.forEach((value, index, values) => {
    if (values.indexOf(value) < index)
      report("duplicate-item", [...path, "values", index], { name: value, list: "values" });
  });
  const { currency } = field;
  if (currency !== undefined && !Intl.supportedValuesOf("currency").includes(currency)) {
    report("bad-currency", [...path, "currency"], { name: currency });
  }
  checkDefault(field, path, report);
}

/** Pairs of keys that cannot both hold; the first is the one to remove. */
function contradictions(field: Field, written: AuthoredField): readonly (readonly [string, string])[] {
  const isFilled = field.generated || field.computed !== undefined;
  const filler = field.generated ? "generated" : "computed";
  return [
    ...(written.required === true && field.nullable ? [["required", "nullable"] as const] : []),
    ...(field.generated && field.computed !== undefined ? [["generated", "computed"] as const] : []),
    ...(isFilled && field.default !== undefined ? [["default", filler] as const] : []),
    ...(field.generated && field.nullable ? [["nullable", "generated"] as const] : []),
    ...(field.name === "id" && field.nullable ? [["nullable", "id"] as const] : []),
    ...(written.required === false && !field.nullable && !isFilled && field.default === undefined
      ? [["required", "the absence of nullable, default and generated"] as const]
      : []),
  ];
}
