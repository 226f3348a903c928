import { type DiffRuleId, diffBundles, diffRules } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { type Changes, compileBase } from "./base-specs.ts";
import { pairs } from "./rule-pairs.ts";

const today = "2026-06-01";
const base = compileBase();
const compiled = (changes: Changes | undefined) => (changes === undefined ? base : compileBase(changes));
const ids = Object.keys(diffRules) as readonly DiffRuleId[];

describe("each rule of lintel diff", () => {
  it.each(ids)("%s is found in its pair, at its level, and not the other way round or twice", (id) => {
    const { old, next } = pairs[id];
    const [before, after] = [compiled(old), compiled(next)];
    const found = diffBundles(before, after, { today }).changes.filter(({ rule }) => rule === id);
    expect(found.map(({ level }) => level)).toEqual([diffRules[id].level]);
    expect(found[0]?.message).not.toMatch(/undefined|\[object/u);
    expect(diffBundles(after, after, { today }).changes).toEqual([]);
  });

  it.each(ids.filter((id) => diffRules[id].level === "info"))("%s, which is info, is nothing that breaks", (id) => {
    const { old, next } = pairs[id];
    const { changes } = diffBundles(compiled(old), compiled(next), { today });
    const entity = /^(field|enum|relationship|status)/u.test(id);
    expect(changes.filter(({ level, kind }) => level === "breaking" && !(entity && kind === "tool"))).toEqual([]);
  });
});
