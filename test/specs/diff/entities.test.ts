import { diffBundles } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { type Changes, compileBase } from "./base-specs.ts";

const ticket = "entities/ticket.yaml";

function found(old: Changes, next: Changes): readonly string[] {
  const { changes } = diffBundles(compileBase(old), compileBase(next));
  return changes.map(({ level, rule, path }) => `${level} ${rule} ${path}`);
}

describe("ownership", () => {
  const owned = (roles: string): Changes => ({ [ticket]: [["roles: [customer] }", `roles: [${roles}] }`]] });
  const roles = "entity/Ticket/ownership/roles";

  it("fewer roles under it see more, more see less, and their order says nothing", () => {
    expect(found(owned("customer, agent"), owned("agent, customer"))).toEqual([]);
    expect(found(owned("customer, agent"), owned("customer"))).toEqual([`warning ownership-removed ${roles}`]);
    expect(found(owned("customer"), owned("customer, agent"))).toEqual([`breaking ownership-added ${roles}`]);
    expect(found(owned("customer"), owned("agent"))).toEqual([
      `breaking ownership-added ${roles}`,
      `warning ownership-removed ${roles}`,
    ]);
  });

  it("follows a renamed field at the end of its path, in whichever entity it stands", () => {
    const board = "entities/board.yaml";
    const via: readonly [string, string] = ["via: owner", "via: board.name"];
    const renamed: Changes = {
      [ticket]: [["via: owner", "via: board.title"]],
      [board]: [["  name: { type: string }", "  title: { type: string, renamedFrom: name }"]],
    };
    expect(found({ [ticket]: [via] }, renamed)).toEqual(["info field-renamed entity/Board/fields/title"]);
  });
});

describe("documented migrations", () => {
  const replacements: readonly (readonly [string, string])[] = [
    ["to: busy }", "to: active }"],
    ["from: [busy, open]", "from: [active, open]"],
    ["final: [done]", "final: [done]\n  renamedStates: { busy: active }"],
  ];
  const states: Changes = { [ticket]: replacements };
  const crud: readonly [string, string] = ["fields:", "crud: { read: [agent] }\nfields:"];

  it("a renamed state is told of once, and not again by each transition", () => {
    expect(found({}, states)).toEqual(["warning status-state-mapped entity/Ticket/status"]);
  });

  it("callers who see a state's name are told that it breaks, where they see it and once", () => {
    expect(
      found({ [ticket]: [crud] }, { [ticket]: [...replacements, crud] }).filter(
        (line) => !line.startsWith("info flow"),
      ),
    ).toEqual([
      "breaking response-enum-value-renamed tool/get-ticket/output/properties/status",
      "warning status-state-mapped entity/Ticket/status",
    ]);
  });

  it("a state that is merged into another takes its transitions along", () => {
    const before: Changes = {
      [ticket]: [
        [
          "start: { from: [open], to: busy }",
          "start: { from: [open], to: busy }\n    hold: { from: [open], to: held }",
        ],
        ["from: [busy, open]", "from: [busy, held, open]"],
      ],
    };
    const after: Changes = {
      [ticket]: [
        [
          "start: { from: [open], to: busy }",
          "start: { from: [open], to: busy }\n    hold: { from: [open], to: busy }",
        ],
        ["final: [done]", "final: [done]\n  renamedStates: { held: busy }"],
      ],
    };
    expect(found(before, after)).toEqual(["warning status-state-mapped entity/Ticket/status"]);
  });

  it("a value that every object has by name is in no mapping", () => {
    const before: Changes = { [ticket]: [["[bug, wish]", "[bug, wish, task, constructor]"]] };
    const after: Changes = { [ticket]: [["values: [bug, wish]", "values: [bug, wish], renamedValues: { task: bug }"]] };
    expect(found(before, after)).toEqual([
      "breaking enum-value-removed entity/Ticket/fields/kind/values",
      "warning enum-value-mapped entity/Ticket/fields/kind/values",
    ]);
  });

  it("a renamed tenant field keeps the tenant", () => {
    const tenant = (field: string): Changes => ({
      [ticket]: [
        ["  note:", `  ${field}\n  note:`],
        ["retention: 30d", `retention: 30d\ntenant: { field: ${field.split(":")[0] ?? ""}, claim: shop }`],
      ],
    });
    expect(found(tenant("shop: { type: string }"), tenant("store: { type: string, renamedFrom: shop }"))).toEqual([
      "info field-renamed entity/Ticket/fields/store",
    ]);
    expect(found(tenant("shop: { type: string }"), tenant("store: { type: string }"))).toContain(
      "breaking tenant-changed entity/Ticket/tenant",
    );
  });
});

describe("digits of a decimal", () => {
  const rate = (digits: string): Changes => ({
    [ticket]: [["  note:", `  rate: { type: decimal, ${digits} }\n  note:`]],
  });

  it.each([
    ["precision: 10, scale: 2", "precision: 10, scale: 8", "breaking field-digits-lowered", "scale"],
    ["precision: 10, scale: 2", "precision: 10, scale: 1", "breaking field-digits-lowered", "scale"],
    ["precision: 10, scale: 2", "precision: 9, scale: 2", "breaking field-digits-lowered", "precision"],
    ["precision: 10, scale: 2", "precision: 16, scale: 8", "info field-limit-loosened", "precision"],
    ["precision: 10, scale: 2", "precision: 12, scale: 2", "info field-limit-loosened", "precision"],
  ])("from %s to %s", (before, after, expected, key) => {
    expect(found(rate(before), rate(after))).toEqual([`${expected} entity/Ticket/fields/rate/${key}`]);
  });
});
