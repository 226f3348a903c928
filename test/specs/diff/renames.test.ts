import { diffBundles } from "@lintel/specs";
import { expect, it } from "vitest";
import { type Changes, compileBase } from "./base-specs.ts";

const ticket = "entities/ticket.yaml";

it("a renamed entity and a renamed field are followed to whatever refers to them", () => {
  const renamed: Changes = {
    "entities/board.yaml": [["name: Board", "name: Wall\nrenamedFrom: Board"]],
    [ticket]: [
      ["boardId: { ref: Board }", "wallId: { ref: Wall, renamedFrom: boardId }"],
      ["belongsTo: Board, field: boardId", "belongsTo: Wall, field: wallId"],
      ["[[title, boardId]]", "[[title, wallId]]"],
      ["boardId: equal", "wallId: equal"],
    ],
  };
  const { changes } = diffBundles(compileBase(), compileBase(renamed));
  expect(changes.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    "field-renamed entity/Ticket/fields/wallId",
    "entity-renamed entity/Wall",
  ]);
});

it("a rename that an earlier release has made already is no change, and one of what never was is something new", () => {
  const done: Changes = { "entities/board.yaml": [["name: Board", "name: Board\nrenamedFrom: Wall"]] };
  expect(diffBundles(compileBase(), compileBase(done)).changes).toEqual([]);
  const more =
    "apiVersion: lintel/v1\nkind: Entity\nname: New\nrenamedFrom: Never\nfields: { id: { type: uuid, generated: true } }\n";
  const { changes } = diffBundles(compileBase(), compileBase({ "entities/new.yaml": more }));
  expect(changes.map(({ rule }) => rule)).toEqual(["entity-added"]);
});
