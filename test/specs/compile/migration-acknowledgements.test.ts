import { expect, test } from "vitest";
import { compileDesign, compiled } from "../design-files.ts";

const head = "apiVersion: lintel/v1\nkind: Acknowledgements\n";
const entry = (effect: string): string => `  - { ${effect}, reason: unused, by: anna, expires: 2026-12-31 }\n`;
const withAcknowledgements = (text: string): ReturnType<typeof compileDesign> =>
  compileDesign({ "acknowledgements.yaml": `${head}${text}` });

test("effects of migrations are accepted beside findings, or alone", () => {
  const text = `migrations:\n${entry("drop: Room.beds")}${entry("drop: Voucher")}${entry("lock: Room")}`;
  const { specs, diagnostics } = withAcknowledgements(text);
  expect(diagnostics).toEqual([]);
  const word = { reason: "unused", by: "anna", expires: "2026-12-31" };
  expect(specs?.migrations).toEqual([
    { action: "drop", entity: "Room", field: "beds", ...word },
    { action: "drop", entity: "Voucher", ...word },
    { action: "lock", entity: "Room", ...word },
  ]);
  expect(specs?.bundle.digest).toBe(compiled(compileDesign({})).bundle.digest);
});

test.each([
  ["no reason", "migrations: [{ drop: Room.beds, by: anna, expires: 2026-12-31 }]\n"],
  ["no date", `migrations:\n  - { drop: Room.beds, reason: unused, by: anna, expires: soon }\n`],
  ["two effects", `migrations:\n${entry("drop: Room, lock: Room")}`],
  ["no entity", `migrations:\n${entry("drop: room")}`],
])("one with %s is an error at its place", (_, text) => {
  const { diagnostics } = withAcknowledgements(text);
  expect(diagnostics).toMatchObject([{ file: "acknowledgements.yaml", line: text.includes("\n  -") ? 4 : 3 }]);
});
