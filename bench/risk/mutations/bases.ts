// Green tools to start from: the rules' good fixtures, the examples, and flows drawn at random.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parse } from "yaml";
import type { DraftTool } from "./draft.ts";
import { greenTool } from "./green-flows.ts";
import type { Surroundings } from "./operator.ts";

export interface SpecText {
  readonly path: string;
  readonly text: string;
}

/** A Green tool and the workspace that it stands in, its own file left aside. */
export interface Base {
  readonly from: string;
  readonly tool: DraftTool;
  readonly workspace: readonly SpecText[];
  readonly around: Surroundings;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const rules = join(root, "policypack/risk/rules");
const example = join(root, "examples/reservations");

const shop: Surroundings = {
  entity: "Order",
  text: "note",
  unique: "reference",
  transition: { entity: "Order", name: "pay" },
  provider: "courier",
  owned: ["Recipient", "Parcel"],
  hasPageSize: false,
  stranger: "courier",
  many: { entity: "Recipient", include: "parcels" },
  sensitive: { entity: "Parcel", field: "lockerCode" },
};

const hotel: Surroundings = {
  entity: "Room",
  text: "number",
  unique: "number",
  transition: { entity: "Reservation", name: "confirm" },
  provider: "housekeeping",
  owned: ["Reservation", "Customer", "Payment"],
  hasPageSize: true,
  many: { entity: "Room", include: "reservations" },
};

/** Every kind of base; `drawn` says how many random flows. The seed makes a run repeatable. */
export function bases(drawn: number, seed = 20261121): readonly Base[] {
  return [...fixtureBases(), ...exampleBases(), ...drawnBases(drawn, seed)];
}

function fixtureBases(): readonly Base[] {
  const ids = readdirSync(rules).filter((id) => id.includes("-") && id !== "fixture-workspace");
  return ids.map((id) => {
    const files = readdirSync(join(rules, id));
    const home = files.includes("workspace.yaml") ? id : "fixture-workspace";
    const workspace = [specText(join(rules, home), "workspace.yaml"), ...entitiesIn(join(rules, "fixture-workspace"))];
    const { stranger: _, ...bare } = shop;
    const around = home === id ? bare : shop;
    return { from: `${id}/good.yaml`, tool: draft(join(rules, id, "good.yaml")), workspace, around };
  });
}

function exampleBases(): readonly Base[] {
  // What is acknowledged there is no Green tool.
  const files = readdirSync(join(example, "tools")).filter((file) => file !== "check-out.yaml");
  const workspace = [specText(example, "workspace.yaml"), ...entitiesIn(example)];
  return files.map((file) => ({
    from: `examples/reservations/tools/${file}`,
    tool: draft(join(example, "tools", file)),
    workspace,
    around: hotel,
  }));
}

function drawnBases(count: number, seed: number): readonly Base[] {
  const home = join(rules, "fixture-workspace");
  const workspace = [specText(home, "workspace.yaml"), ...entitiesIn(home)];
  const tools = count === 0 ? [] : fc.sample(greenTool, { numRuns: count, seed });
  return tools.map((tool, index) => ({ from: `drawn ${index}`, tool, workspace, around: shop }));
}

function entitiesIn(folder: string): readonly SpecText[] {
  return readdirSync(join(folder, "entities")).map((file) => specText(folder, `entities/${file}`));
}

function specText(folder: string, path: string): SpecText {
  return { path, text: readFileSync(join(folder, path), "utf8") };
}

function draft(path: string): DraftTool {
  return parse(readFileSync(path, "utf8")) as DraftTool;
}
