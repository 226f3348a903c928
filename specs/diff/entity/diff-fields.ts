import type { Field } from "../../language/entity.ts";
import { ownValue, pairByName, removedAndAdded } from "../by-name.ts";
import { type Difference, values } from "../change.ts";
import type { DiffRuleId } from "../rules/index.ts";
import { isSame, shown } from "../schema/site.ts";

export function diffFields(before: readonly Field[], after: readonly Field[], path: string): readonly Difference[] {
  const { gone, come, kept } = pairByName(before, after);
  return [
    ...gone.map(({ name }): Difference => ({ rule: "field-removed", path, message: `field ${name} is gone` })),
    ...come.map((field) => added(field, `${path}/${field.name}`)),
    ...kept.flatMap(([old, next]) => diffField(old, next, `${path}/${next.name}`)),
  ];
}

function added(field: Field, path: string): Difference {
  const isFilled = field.nullable || field.generated || field.computed !== undefined || field.default !== undefined;
  if (isFilled) return { rule: "field-added", path, message: `field ${field.name} (${field.type}) is new` };
  return {
    rule: "required-field-added",
    path,
    message: `field ${field.name} (${field.type}) is new, and has no default`,
  };
}

function diffField(before: Field, after: Field, path: string): readonly Difference[] {
  if (before.type !== after.type) return compared("field-type-changed", "type", before, after, path);
  return [
    ...compared("field-reference-changed", "ref", before, after, path),
    ...compared("field-currency-changed", "currency", before, after, path),
    ...compared("field-default-changed", "default", before, after, path),
    ...compared("field-computed-changed", "computed", before, after, path),
    ...compared("field-generated-changed", "generated", before, after, path),
    ...compared(after.nullable ? "field-became-nullable" : "field-became-required", "nullable", before, after, path),
    ...compared(
      after.sensitive ? "field-became-sensitive" : "field-no-longer-sensitive",
      "sensitive",
      before,
      after,
      path,
    ),
    ...compared(after.personal ? "field-became-personal" : "field-no-longer-personal", "personal", before, after, path),
    ...diffValues(before, after, path),
    ...diffLimits(before, after, path),
  ];
}

function compared(
  rule: DiffRuleId,
  key: keyof Field,
  before: Field,
  after: Field,
  path: string,
): readonly Difference[] {
  const [old, next] = [before[key], after[key]];
  if (isSame(old, next)) return [];
  const message = `field ${after.name}: ${key} ${shown(old)} is ${shown(next)} now`;
  return [{ rule, path: `${path}/${key}`, message, ...values(old, next) }];
}

function diffValues(before: Field, after: Field, path: string): readonly Difference[] {
  const { removed, added: more } = removedAndAdded(before.values ?? [], after.values ?? []);
  const at = `${path}/values`;
  return [
    ...removed.map((value): Difference => {
      const to = ownValue(after.renamedValues, value);
      if (to !== undefined) {
        const message = `field ${after.name}: rows with ${shown(value)} get ${shown(to)}`;
        return { rule: "enum-value-mapped", path: at, message, before: value, after: to };
      }
      const message = `field ${after.name}: value ${shown(value)} is gone`;
      return { rule: "enum-value-removed", path: at, message, before: value };
    }),
    ...more.map((value): Difference => {
      return {
        rule: "enum-value-added",
        path: at,
        message: `field ${after.name}: value ${shown(value)} is new`,
        after: value,
      };
    }),
  ];
}

/** How much a limit leaves: the greater, the more; a limit that is absent leaves everything. */
const limits: Readonly<Partial<Record<keyof Field, (limit: number | undefined) => number>>> = {
  minimum: (limit = -Infinity) => -limit,
  maximum: (limit = Infinity) => limit,
  minLength: (limit = 0) => -limit,
  maxLength: (limit = Infinity) => limit,
};

function diffLimits(before: Field, after: Field, path: string): readonly Difference[] {
  const numeric = Object.entries(limits).flatMap(([name, leaves]) => {
    const key = name as "minimum" | "maximum" | "minLength" | "maxLength";
    const isTighter = leaves(after[key]) < leaves(before[key]);
    return compared(isTighter ? "field-limit-tightened" : "field-limit-loosened", key, before, after, path);
  });
  const rule = after.pattern === undefined ? "field-limit-loosened" : "field-limit-tightened";
  return [...numeric, ...diffDigits(before, after, path), ...compared(rule, "pattern", before, after, path)];
}

/** Of decimals: more digits after the point leave fewer before it, where the precision stays. */
function diffDigits(before: Field, after: Field, path: string): readonly Difference[] {
  const digits = ({ precision = 0, scale = 0 }: Field) => [precision - scale, scale] as const;
  const [[whole, fraction], [nextWhole, nextFraction]] = [digits(before), digits(after)];
  if (whole === nextWhole && fraction === nextFraction) return [];
  const isTighter = nextWhole < whole || nextFraction < fraction;
  const written = (one: number, other: number): string =>
    `${String(one)} digits before the point and ${String(other)} after`;
  return [
    {
      rule: isTighter ? "field-digits-lowered" : "field-limit-loosened",
      path: `${path}/${before.precision === after.precision ? "scale" : "precision"}`,
      message: `field ${after.name}: ${written(whole, fraction)} are ${written(nextWhole, nextFraction)} now`,
    },
  ];
}
