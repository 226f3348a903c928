import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sealAudit } from "../../../executor/audit/seal-audit.ts";
import { auditKeysOf } from "../../../executor/audit/seal-hash.ts";
import { readSettings, SettingsError, verifyAudit } from "../../../executor/index.ts";
import { startPostgres, type TestServer } from "../database/start-postgres.ts";
import { limits, types } from "./seal-and-verify.ts";
import { sealedDatabase } from "./sealed-database.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
});

describe("a key", () => {
  const textOf = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
  const key = (byte: number) => {
    const [found] = auditKeysOf(textOf(byte)) ?? [];
    if (found === undefined) throw new Error("no key");
    return found;
  };
  const settingsOf = (LINTEL_AUDIT_KEY: string) =>
    readSettings({ LINTEL_DATABASE_URL: "postgresql://127.0.0.1/x", LINTEL_AUDIT_KEY });
  const removeSeals = "DELETE FROM lintel.audit_seals; UPDATE lintel.audit_log SET caller_subject = 'mallory'";

  test("signs seals, so that a chain which was made anew without it is seen", async () => {
    const db = await sealedDatabase(server);
    await sealAudit(db.pool, limits());
    await db.record(1);
    await sealAudit(db.pool, limits({ key: key(1) }));
    await db.record(1);
    await sealAudit(db.pool, limits({ key: key(1) }));
    expect(await types(db, { keys: [key(1)] })).toEqual([]);
    expect(await types(db, { keys: [key(2)] })).toEqual(["seal-unsigned", "seal-unsigned"]);
    await db.tamper(`UPDATE lintel.audit_seals SET signature = sha256('x') WHERE number = 2`);
    expect(await types(db, { keys: [key(1)] })).toEqual(["seal-unsigned"]);
    await db.tamper(`UPDATE lintel.audit_seals SET signature = NULL, key_id = NULL WHERE number = 3`);
    expect(await types(db, { keys: [key(1)] })).toEqual(["seal-unsigned", "seal-unsigned"]);
  });

  test("shows a signed chain that was removed, over changed rows, and made anew unsigned", async () => {
    const db = await sealedDatabase(server);
    await db.record(3);
    await sealAudit(db.pool, limits({ key: key(1) }));
    expect(await verifyAudit(db.admin, { keys: [key(1)] })).toMatchObject({ isIntact: true, unsigned: 0 });
    await db.tamper(removeSeals);
    await sealAudit(db.pool, limits({ rows: 2 }));
    const { problems, seals } = await verifyAudit(db.admin, { keys: [key(1)] });
    const message = expect.stringContaining("is the last one and not signed") as string;
    expect(problems).toEqual([{ type: "seal-unsigned", seal: String(seals), message }]);
  });

  test("counts the first seals without a signature, and shows where one of them had to be signed", async () => {
    const db = await sealedDatabase(server);
    await db.record(3);
    await sealAudit(db.pool, limits({ key: key(1) }));
    await db.tamper(removeSeals);
    await sealAudit(db.pool, limits({ rows: 2 }));
    await db.record(1);
    await sealAudit(db.pool, limits({ key: key(1) }));
    const keys = [key(1)];
    const { seals, unsigned, isIntact } = await verifyAudit(db.admin, { keys });
    expect([isIntact, unsigned]).toEqual([true, seals - 1]);
    expect(unsigned).toBeGreaterThan(1);
    const since = (seal: number): Promise<readonly string[]> => types(db, { keys, signedSince: String(seal) });
    expect(await since(seals)).toEqual([]);
    expect(await since(seals - 1)).toEqual(["seal-unsigned"]);
    expect(await since(1)).toEqual(Array.from({ length: unsigned }, () => "seal-unsigned"));
    expect(await since(seals + 1)).toEqual(["seal-missing"]);
    await db.tamper("DELETE FROM lintel.audit_seals");
    expect(await since(1)).toEqual(["seal-missing"]);
  });

  test("is replaced by naming the new one first: the executor signs with it, and both verify", async () => {
    const db = await sealedDatabase(server);
    await sealAudit(db.pool, limits({ key: settingsOf(textOf(1)).auditKey }));
    await db.record(1);
    const both = `${textOf(2)}, ${textOf(1)}\n`;
    await sealAudit(db.pool, limits({ key: settingsOf(both).auditKey }));
    expect(await types(db, { keys: auditKeysOf(both) ?? [] })).toEqual([]);
    const { problems } = await verifyAudit(db.admin, { keys: [key(1)] });
    expect(problems.map(({ type, seal }) => [type, seal])).toEqual([["seal-unsigned", "2"]]);
  });

  test.each([
    " ",
    "short",
    Buffer.alloc(31).toString("base64"),
    `${textOf(1)}A`,
    `${textOf(1)},`,
    `,${textOf(1)}`,
    `${textOf(1)} ${textOf(2)}`,
    `${textOf(1)},short`,
  ])("%j is none, and the executor does not start with it", (text) => {
    expect(auditKeysOf(text)).toBeUndefined();
    expect(() => settingsOf(text)).toThrow(SettingsError);
  });

  test("is not needed", () => {
    expect(auditKeysOf(undefined)).toEqual([]);
    expect(settingsOf("").auditKey).toBeUndefined();
  });
});
