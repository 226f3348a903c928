import { compileFiles } from "@lintel/specs";
import { expect, it } from "vitest";
import { designFiles, toolWith } from "../design-files.ts";

const node = "  - { id: a, type: transform, value: 1 }";
const good = toolWith(node);
const named = (name: string): string => good.replace("own-tool", name);
const responding = (respond: string): string => good.replace("respond: {}", respond);
const valued = (value: string): string => good.replace("value: 1", `value: ${value}`);

/** What somebody may save as a tool's file, and the first thing that is said of it. */
const bad: readonly (readonly [string, string, string, string])[] = [
  ["nothing", "", "1:1 empty-file", "start with apiVersion"],
  ["a comment only", "# x\n", "1:1 empty-file", "start with"],
  ["white space only", "  \n \n", "1:1 empty-file", "start with"],
  ["null", "~\n", "1:1 wrong-type", "start with"],
  ["a list", "- a\n- b\n", "1:1 wrong-type", "start with"],
  ["text", "hello\n", "1:1 wrong-type", "start with"],
  ["a number", "42\n", "1:1 wrong-type", "start with"],
  ["HTML", "<html></html>", "1:1 wrong-type", "start with"],
  ["a document mark", "---\n", "1:4 wrong-type", "start with"],
  ["two documents", `${good}---\n${good}`, "11:1 several-documents", "one file holds one spec"],
  ["text behind the end mark", `${good}...\nx: 1\n`, "12:1 several-documents", "one file"],
  ["a directive", `%YAML 1.1\n---\n${good}`, "1:1 yaml-directive", "YAML 1.2"],
  ["a tag", named("!x own-tool"), "3:7 yaml-tag", "quote text that begins with !"],
  ["a tag of the whole", `!x\n${good}`, "1:1 yaml-tag", "quote"],
  ["an alias of nothing", named("*x"), "3:7 bad-alias", "declare it before with &name"],
  ["an alias of itself", "a: &a [*a]\n", "1:8 bad-alias", "declare it before"],
  ["a merge key", responding("respond: { <<: { a: 1 } }"), "8:12 merge-key", "write the keys out"],
  ["a tab", good.replace(node, `\t${node.trim()}`), "10:1 malformed-yaml", "indent with spaces"],
  ["a key out of line", good.replace("respond", " respond"), "8:1 malformed-yaml", "start in the same column"],
  ["an open brace", responding("respond: {"), "9:1 malformed-yaml", "a bracket before may be open"],
  ["an open bracket", good.replace("[agent]", "[agent"), "5:28 malformed-yaml", ""],
  ["an open quote", named('"own-tool'), "11:1 malformed-yaml", "is missing here or before"],
  ["a bracket too many", `${good}]\n`, "11:1 malformed-yaml", ""],
  ["a colon in text", responding("description: a: b"), "8:14 malformed-yaml", "quote text that holds"],
  ["an unquoted expression", responding("respond: { a: ${input.id} }"), "8:16 malformed-yaml", "quote text that holds"],
  ["an at sign", named("@own"), "3:7 malformed-yaml", "quote text that begins with @"],
  ["a backtick", named("`own`"), "3:7 malformed-yaml", "quote text that begins with @"],
  ["a percent sign", named("%own"), "3:7 malformed-yaml", "quote text that begins with @"],
  ["an escape that is none", named('"own\\q"'), "3:11 malformed-yaml", "double a backslash"],
  ["a NUL", named("own\0"), "3:10 nul-character", "remove it"],
  ["an escaped NUL", named('"own\\0"'), "3:7 nul-character", "remove it"],
  ["half a surrogate pair", named('"\\ud800"'), "3:7 bad-unicode", "the character itself"],
  ["no number", valued(".nan"), "10:38 bad-number", "quote it"],
  ["infinity", valued(".inf"), "10:38 bad-number", "quote it"],
  ["a number too large", valued("12345678901234567890"), "10:38 bad-number", "quote it"],
  ["yes for true", responding("respond: {}\ndeprecated: yes"), "9:13 wrong-type", "write true"],
  ["off for false", responding("respond: {}\ndeprecated: off"), "9:13 wrong-type", "write false"],
  ["a key twice", `${good}name: other\n`, "11:1 duplicate-key", "remove one of the two"],
  ["a prototype", responding("respond: { __proto__: 1 }"), "8:12 reserved-name", "choose another"],
  ["a number for a name", named("42"), "3:7 wrong-type", ""],
  ["nothing for a name", named(""), "3:7 wrong-type", ""],
  ["a map for a name", named("{ a: 1 }"), "3:7 wrong-type", ""],
  ["curly quotes", named("“own”"), "3:7 bad-text", ""],
  ["a map for a flow", good.replace(`flow:\n${node}`, "flow: { id: a }"), "9:7 wrong-type", ""],
  ["nothing for a flow", good.replace(`\n${node}`, ""), "9:6 wrong-type", ""],
  ["a list as a key", responding("respond: { ? [a] : 1 }"), "8:14 malformed-yaml", "quote the key"],
  ["a space that is none", good.replace("  - {", "\u00a0- {"), "10:10 malformed-yaml", ""],
  ["a wide colon", good.replace("name:", "name："), "3:1 malformed-yaml", "a colon and a space end a key"],
  ["a key without its space", good.replace("name: ", "name:"), "3:1 malformed-yaml", "a colon and a space"],
  ["a conflict of a merge", `<<<<<<< HEAD\n${good}`, "1:1 malformed-yaml", "a colon and a space"],
  ["lists in lists", `a: ${"[".repeat(70)}${"]".repeat(70)}\n`, "1:67 too-deep", "nodes"],
  ["thousands of them", `a: ${"[".repeat(5_000)}`, "1:516 too-deep", "nodes"],
];

const others = designFiles();

it.each(bad)("says of %s in a file where it stands and what to do", (_, text, place, remedy) => {
  const { specs, diagnostics } = compileFiles([...others, { path: "tools/own.yaml", text }]);
  expect(specs).toBeUndefined();
  expect(new Set(diagnostics.map(({ file }) => file))).toEqual(new Set(["tools/own.yaml"]));
  const [first] = diagnostics;
  expect(`${String(first?.line)}:${String(first?.column)} ${String(first?.code)}`).toBe(place);
  expect(first?.hint ?? "").toContain(remedy);
});

it.each([
  ["line ends of Windows", good.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${good}`],
])("takes %s", (_, text) => {
  expect(compileFiles([...others, { path: "tools/own.yaml", text }]).diagnostics).toEqual([]);
});
