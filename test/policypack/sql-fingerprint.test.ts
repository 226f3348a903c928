import { loadSqlParser } from "@lintel/policypack/risk";
import { beforeAll, describe, expect, it } from "vitest";
import { judge, sql } from "./slices-in-memory.ts";

describe("a statement that was accepted", () => {
  beforeAll(loadSqlParser);

  it("keeps its fingerprint when only its white space changes, and loses it with anything that it reads", () => {
    const fingerprint = (statement: string, limit?: number): string | undefined =>
      judge([sql("report", statement, limit === undefined ? {} : { limit })]).findings[0]?.fingerprint;
    const before = fingerprint("SELECT a FROM t WHERE b = 'x'");
    expect(fingerprint("select a\n  FROM t /* all */ WHERE b='x'")).toBe(before);
    expect(fingerprint("SELECT a FROM t WHERE b = 'x '")).not.toBe(before);
    expect(fingerprint("SELECT a FROM u WHERE b = 'x'")).not.toBe(before);
    expect(fingerprint("SELECT a FROM t WHERE b = 'x'", 5)).not.toBe(before);
    expect(fingerprint(`SELECT ${"1+".repeat(1_500)}1`)).toMatch(/^[0-9a-f]{16}$/);
  });
});
