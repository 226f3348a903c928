import { compileFiles } from "@lintel/specs";
import { expect, it } from "vitest";
import { compileDesign, toolWith } from "../design-files.ts";

const node = "  - { id: a, type: transform, value: 1 }";
const cases: readonly (readonly [string, string, string, string, string])[] = [
  ["a comma too many", "tools/own.json", '{"kind":"Tool",}', "1:16 malformed-json", "trailing commas"],
  ["a tab", "tools/own.yaml", toolWith(`\t${node.trim()}`), "malformed-yaml", "indent with spaces"],
  [
    "an unquoted expression",
    "tools/own.yaml",
    toolWith(node.replace("1 }", "${input.x} }")),
    "malformed-yaml",
    "quote text",
  ],
  [
    "a key of other node types",
    "tools/own.yaml",
    toolWith(node.replace("1 }", "1, timeout: 1s }")),
    'unknown key "timeout" in "a"',
    '"timeout" is a key of email, http, payment',
  ],
  ["a merge key", "tools/own.yaml", "a: &a { b: 1 }\nc: { <<: *a }\n", "2:6 merge-key", "write the keys out"],
  ["a kind in lower case", "tools/own.yaml", toolWith(node).replace("kind: Tool", "kind: tool"), "2:7", 'mean "Tool"?'],
  ["a misspelt kind", "tools/own.yaml", toolWith(node).replace("kind: Tool", "kind: Tol"), "2:7", 'mean "Tool"?'],
  [
    "a file in another kind's folder",
    "tools/own.yaml",
    toolWith(node).replace("kind: Tool", "kind: Entity"),
    '2:7 wrong-value kind cannot be "Entity"',
    "a file of kind Entity is entities/NAME.yaml; move it there, or write kind: Tool",
  ],
  [
    "two triggers",
    "tools/own.yaml",
    toolWith(node).replace(
      /^trigger:.*$/m,
      "trigger: { http: { method: GET, path: /x }, schedule: { cron: '* * * * *', timeZone: UTC } }",
    ),
    "bad-value",
    "takes one of http, webhook, schedule, and has http and schedule",
  ],
];

it.each(cases)("says where %s is and what to do", (_, path, text, place, remedy) => {
  const { diagnostics } = compileFiles([{ path, text }]);
  const shown = diagnostics
    .filter(({ file }) => file === path)
    .map(
      ({ line, column, code, message, hint = "" }) => `${String(line)}:${String(column)} ${code} ${message} ${hint}`,
    );
  expect(shown[0]).toContain(place);
  expect(shown[0]).toContain(remedy);
});

it("says which environments there are", () => {
  const hint = (name: string, text?: string): string | undefined =>
    compileDesign(text === undefined ? {} : { "workspace.yaml": text }, { environment: name }).diagnostics.find(
      ({ code }) => code === "unknown-environment",
    )?.hint;
  const without =
    "apiVersion: lintel/v1\nkind: Workspace\nname: w\nregion: europe-west1\nroles: []\nauth: { issuer: https://i.example.com, audience: a }\n";
  expect(hint("stagin")).toBe('did you mean "staging"?');
  expect(hint("prod")).toBe("there is staging");
  expect(hint("prod", without)).toBe("it declares none: leave the environment out");
});
