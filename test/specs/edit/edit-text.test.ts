import { applyEdits, EditError, type EditOperation, type EditOptions, editText } from "@lintel/specs";
import { describe, expect, it } from "vitest";

function edited(text: string, operation: EditOperation, options?: EditOptions): string {
  return editText(text, [operation], options).text;
}

function refusal(text: string, operation: EditOperation, options?: EditOptions): string {
  try {
    return `not refused: ${edited(text, operation, options)}`;
  } catch (error) {
    if (error instanceof EditError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const setRetry = (...path: (string | number)[]): EditOperation => ({
  type: "set",
  path: [...path, "retry"],
  value: { maxAttempts: 3 },
});

describe("setting a key", () => {
  it("adds it behind the last one, in the map's own style", () => {
    expect(edited("a: { x: 1 }   # why\n", setRetry("a"))).toBe("a: { x: 1, retry: { maxAttempts: 3 } }   # why\n");
    expect(edited("a:\n   x: 1   # why\n# end\nb: 2\n", setRetry("a"))).toBe(
      "a:\n   x: 1   # why\n   retry: { maxAttempts: 3 }\n# end\nb: 2\n",
    );
  });

  it("takes a comment at the end of a flow line for what it follows", () => {
    expect(edited("a: {\n  x: 1, # one\n  y: 2 # two\n  }\n", setRetry("a"))).toBe(
      "a: {\n  x: 1, # one\n  y: 2, # two\n  retry: { maxAttempts: 3 }\n  }\n",
    );
  });

  it("keeps text that runs to the end of the file what it is", () => {
    expect(edited("a:\n  x: 1\n  y: |\n    text", setRetry("a"))).toMatch(/retry: \{ maxAttempts: 3 \}/);
    expect(edited("a:\n  y: |+\n    text\n\n\n", setRetry("a"))).toBe(
      "a:\n  y: |+\n    text\n\n\n  retry: { maxAttempts: 3 }\n",
    );
  });

  it("writes lines that end as the file's do, behind a byte order mark", () => {
    expect(edited("\uFEFFa:\r\n  x: 1\r\n", setRetry("a"))).toBe(
      "\uFEFFa:\r\n  x: 1\r\n  retry: { maxAttempts: 3 }\r\n",
    );
  });

  it("gives an empty key its value", () => {
    expect(edited("a:\nb: 1\n", { type: "set", path: ["a"], value: 2 })).toBe("a: 2\nb: 1\n");
  });

  it("writes JSON into JSON", () => {
    expect(edited('{"a":{"x":1}}', setRetry("a"), { format: "json" })).toBe(
      '{"a":{"x":1, "retry": { "maxAttempts": 3 }}}',
    );
  });

  it("quotes what YAML would take for something else, a line separator too", () => {
    for (const value of ["yes", "1", "a: b", "# x", "", "${x}", "a\u2028b", "\uFEFF", "- x", 'it\'s "so"']) {
      expect(() => edited("a: 1\n", { type: "set", path: ["b"], value })).not.toThrow();
    }
  });
});

describe("what is refused, with nothing changed", () => {
  it("is an edit through an alias, or of what an alias shares", () => {
    expect(refusal("a: &x { y: 1 }\nb: *x\n", setRetry("b"))).toBe(
      "through-alias: b is *x, an alias; write it out there, then edit it",
    );
    expect(refusal("a: &x { y: 1 }\nb: *x\n", setRetry("a"))).toMatch(/^shared-by-alias: a is also used as \*x/);
    expect(edited("a: &x { y: 1 }\nb: 1\n", setRetry("a"))).toBe("a: &x { y: 1, retry: { maxAttempts: 3 } }\nb: 1\n");
  });

  it("is a value whose comments would be lost", () => {
    expect(refusal("a:\n  x: 1 # keep\n", { type: "set", path: ["a"], value: 1 })).toMatch(/^loses-comment: /);
  });

  it("is a place that is not there, and a text that cannot be read", () => {
    expect(refusal("a: 1\n", setRetry("b", "c"))).toMatch(/^no-such-place: /);
    expect(refusal("a: [1\n", setRetry("b"))).toMatch(/^unreadable: /);
    expect(refusal("a: 1\na: 2\n", setRetry("a"))).toMatch(/^unreadable: /);
  });
});

describe("items", () => {
  it("move with the comments right above them, and no further ones", () => {
    const text = "l:\n  # about both\n\n  # about a\n  - a # tail\n  - b\n";
    expect(edited(text, { type: "move", from: ["l", 0], to: ["l"], index: 1 })).toBe(
      "l:\n  # about both\n\n  - b\n  # about a\n  - a # tail\n",
    );
  });

  it("are wrapped with every line of theirs, a block scalar's too", () => {
    const text = "l:\n- id: a\n  text: |2\n      deep\n    # no comment\n\n  more: 1\n";
    expect(edited(text, { type: "wrap", path: ["l"], index: 0, count: 1, fields: { id: "w" }, key: "nodes" })).toBe(
      "l:\n- id: w\n  nodes:\n  - id: a\n    text: |2\n        deep\n      # no comment\n\n    more: 1\n",
    );
  });

  it("come into an empty list on lines of their own when they bring a comment", () => {
    const operation: EditOperation = { type: "insert", path: ["l"], index: 0, value: { id: "a" }, comment: ["why"] };
    expect(edited("l: []\nm: 1\n", operation)).toBe("l:\n  # why\n  - { id: a }\nm: 1\n");
  });

  it("leave an empty list behind", () => {
    expect(edited("l:\n  - a\nm: 1\n", { type: "remove", path: ["l", 0] })).toBe("l:\n  []\nm: 1\n");
  });
});

describe("applyEdits", () => {
  const files = [{ path: "a.yaml", text: "0123456789" }];

  it("applies edits of the first text in any order", () => {
    const edits = [
      { file: "a.yaml", offset: 8, length: 1, text: "y" },
      { file: "a.yaml", offset: 1, length: 0, text: "x" },
    ];
    expect(applyEdits(files, edits)[0]?.text).toBe("0x1234567y9");
  });

  it("refuses edits that overlap, lie outside, or are of another file", () => {
    const edit = { file: "a.yaml", offset: 2, length: 3, text: "" };
    expect(() => applyEdits(files, [edit, { ...edit, offset: 4 }])).toThrow(/overlaps/);
    expect(() => applyEdits(files, [{ ...edit, offset: 9 }])).toThrow(RangeError);
    expect(() => applyEdits(files, [{ ...edit, file: "b.yaml" }])).toThrow(/b\.yaml/);
  });
});
