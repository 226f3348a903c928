// Two releases of one entity, drawn at random: fields that stay, change as they may, are renamed, come and go; and rules.
import { assembleBundle, type Bundle, type Entity, type Field } from "@lintel/specs";
import fc from "fast-check";
import { bundleOf, entity, field, tool } from "./hotel.ts";

export interface Releases {
  readonly old: Bundle;
  readonly next: Bundle;
  /** The next one again, with a tool more: the release in which nothing of the old one is left. */
  readonly after: Bundle;
  /** Fields of the old release that the next one lacks, under their old names. */
  readonly gone: readonly string[];
  /** Old names by new ones. */
  readonly renamed: Readonly<Record<string, string>>;
  /** What rows of the old release hold, by field. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** A kind of field, values that it takes in SQL, and looser forms of it. */
interface Kind {
  readonly make: (name: string) => Field;
  readonly values: readonly string[];
  readonly changes: readonly ((one: Field) => Field)[];
}

const nullable = (one: Field): Field => ({ ...one, nullable: true });

const kinds: readonly Kind[] = [
  {
    make: (name) => field(name, "integer", { minimum: 0, maximum: 9, default: 1 }),
    values: ["0", "5", "9"],
    changes: [
      nullable,
      (one) => ({ ...one, maximum: 99 }),
      (one) => ({ ...one, minimum: -5, default: 3 }),
      (one) => ({ ...one, maximum: 9, minimum: 0, default: 2 }),
    ],
  },
  {
    make: (name) => field(name, "string", { maxLength: 20, default: "none" }),
    values: ["'a'", "'ä\\b'", "'O''Neill'"],
    changes: [nullable, (one) => ({ ...one, maxLength: 40 }), (one) => ({ ...one, minLength: 1, personal: true })],
  },
  {
    make: (name) => field(name, "enum", { values: ["web", "phone", "desk"], default: "web" }),
    values: ["'web'", "'phone'"],
    changes: [
      (one) => ({ ...one, values: ["web", "phone", "desk", "mail"] }),
      (one) => ({ ...one, values: ["web", "desk"], renamedValues: { phone: "desk" } }),
      (one) => {
        const { values: _, ...rest } = one;
        return { ...rest, type: "string" };
      },
    ],
  },
  {
    make: (name) => field(name, "decimal", { precision: 10, scale: 2, nullable: true }),
    values: ["NULL", "12.50", "-3"],
    changes: [
      (one) => ({ ...one, precision: 14 }),
      (one) => ({ ...one, nullable: false, default: "0.50" }),
      (one) => ({ ...one, minimum: -10 }),
    ],
  },
  {
    make: (name) => field(name, "date", { default: "2026-01-01" }),
    values: ["'2026-02-03'", "'1999-12-31'"],
    changes: [nullable, (one) => ({ ...one, default: "2027-01-01" })],
  },
  {
    make: (name) => field(name, "json", { nullable: true }),
    values: ["NULL", `'{"a": [1, null]}'`],
    changes: [(one) => ({ ...one, sensitive: true })],
  },
];

type Fate = "kept" | "changed" | "renamed" | "removed" | "added";

const drawn = fc.record({
  kind: fc.nat(kinds.length - 1),
  fate: fc.constantFrom<Fate>("kept", "changed", "renamed", "removed", "added"),
  change: fc.nat(11),
  isListed: fc.tuple(fc.boolean(), fc.boolean()),
});

type Drawn = Parameters<Parameters<typeof drawn.map>[0]>[0];

const rules = fc.record({
  uniques: fc.tuple(fc.boolean(), fc.boolean()),
  invariants: fc.tuple(fc.boolean(), fc.boolean()),
  computed: fc.tuple(fc.constantFrom("", "+ 1", "+ 2"), fc.constantFrom("", "+ 1", "+ 2")),
  isEntityRenamed: fc.boolean(),
});

/** Releases whose change is a legal one. */
export const releases: fc.Arbitrary<Releases> = fc
  .tuple(fc.array(drawn, { minLength: 1, maxLength: 5 }), rules)
  .map(([parts, rule]) => makeReleases(parts, rule));

function makeReleases(parts: readonly Drawn[], rule: Parameters<Parameters<typeof rules.map>[0]>[0]): Releases {
  const plans = parts.map((part, index) => planField(part, `f${String(index)}`));
  // A table under two names cannot have a column made anew in the same release.
  const computed = rule.isEntityRenamed ? ([rule.computed[0], rule.computed[0]] as const) : rule.computed;
  const size = field("size", "integer", { minimum: 0, maximum: 1_000_000 });
  const make = (at: 0 | 1): Entity => {
    const fields = plans.flatMap((plan) => (at === 0 ? plan.old : plan.next) ?? []);
    const sum = computed[at] === "" ? [] : [field("sum", "integer", { computed: `this.size ${computed[at]}` })];
    const made = entity(at === 1 && rule.isEntityRenamed ? "Article" : "Thing", [size, ...fields, ...sum], {
      unique: rule.uniques[at] ? [["size"]] : [],
      invariants: rule.invariants[at] ? [{ name: "small", expr: "this.size < 1000000", message: "too big" }] : [],
      list: { filterable: plans.flatMap((plan) => listed(plan, at)), sortable: [], maximum: 10 },
      ...(at === 1 && rule.isEntityRenamed ? { renamedFrom: "Thing" } : {}),
    });
    return made;
  };
  const [old, next] = [bundleOf([], [make(0)]), bundleOf([], [make(1)])];
  return {
    old,
    next,
    after: assembleBundle({ ...next, tools: [tool("later", [])] }),
    gone: plans.flatMap(({ old: before, next: then }) =>
      before !== undefined && before.name !== then?.name ? [before.name] : [],
    ),
    renamed: Object.fromEntries(
      plans.flatMap(({ old: before, next: then }) =>
        before !== undefined && then !== undefined && before.name !== then.name ? [[then.name, before.name]] : [],
      ),
    ),
    values: Object.fromEntries(
      plans.flatMap(({ old: before, values }) => (before === undefined ? [] : [[before.name, values]])),
    ),
  };
}

interface FieldPlan {
  readonly old?: Field;
  readonly next?: Field;
  readonly values: readonly string[];
  readonly isListed: readonly [boolean, boolean];
}

function listed(plan: FieldPlan, at: 0 | 1): readonly string[] {
  const one = at === 0 ? plan.old : plan.next;
  return one === undefined || !plan.isListed[at] || one.type === "json" ? [] : [one.name];
}

function planField({ kind, fate, change, isListed }: Drawn, name: string): FieldPlan {
  const { make, values, changes } = kinds[kind] ?? { make: (one) => field(one, "json"), values: [], changes: [] };
  const old = make(name);
  const plan = { values, isListed };
  switch (fate) {
    case "kept":
      return { ...plan, old, next: old };
    case "changed":
      return { ...plan, old, next: changes[change % changes.length]?.(old) ?? old };
    case "renamed":
      return { ...plan, old, next: { ...old, name: `${name}New`, renamedFrom: name } };
    case "removed":
      return { ...plan, old };
    case "added":
      return { ...plan, next: old };
  }
}
