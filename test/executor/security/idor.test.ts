// Every caller x every row x every tool that takes an id, and lists. What is expected is worked out here from the text of the specs.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Reply } from "../start-bookings.ts";
import { clinicAudience, clinicFiles } from "./clinic.ts";
import { type RunningWorkspace, startWorkspace } from "./start-workspace.ts";

interface Caller {
  readonly name: string;
  readonly roles: readonly string[];
  readonly subject: string;
  readonly clinic: string | undefined;
}

const caller = (role: string, subject: string, clinic?: string): Caller => ({
  name: `${role} ${subject} of ${clinic ?? "no clinic"}`,
  roles: [role],
  subject,
  clinic,
});

const callers: readonly Caller[] = [
  caller("patient", "carla", "north"),
  caller("patient", "dan", "north"),
  caller("patient", "carla", "south"),
  caller("nurse", "nina", "north"),
  caller("nurse", "simon", "south"),
  caller("nurse", "nobody"),
  caller("patient", "carla"),
  caller("auditor", "olga", "north"),
];

interface Row {
  readonly id: string;
  readonly clinic: string;
  readonly subject: string;
  readonly isDeleted: boolean;
}

/** Each a patient's row with one visit of the same id. */
const kinds: readonly Omit<Row, "id">[] = [
  { clinic: "north", subject: "carla", isDeleted: false },
  { clinic: "north", subject: "dan", isDeleted: false },
  { clinic: "south", subject: "carla", isDeleted: false },
  { clinic: "south", subject: "erin", isDeleted: false },
  { clinic: "north", subject: "carla", isDeleted: true },
];

interface AuthoredEntity {
  readonly crud: Readonly<Record<string, readonly string[]>>;
  readonly ownership: { readonly roles: readonly string[] };
}

const authored = (path: string): unknown => parse(clinicFiles[path] ?? "");
const entities = { Patient: authored("entities/patient.yaml"), Visit: authored("entities/visit.yaml") } as Readonly<
  Record<"Patient" | "Visit", AuthoredEntity>
>;

/** The oracle: whether the row exists for the caller, by what the specs say and nothing that we compile of them. */
function exists({ roles, subject, clinic }: Caller, row: Row): boolean {
  const isOwned = roles.some((role) => entities.Patient.ownership.roles.includes(role));
  return !row.isDeleted && row.clinic === clinic && (!isOwned || row.subject === subject);
}

interface ToolUnderTest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
  /** Answers with what it found, be it nothing. */
  readonly isForMany: boolean;
}

const verbs = { get: "read", update: "update", delete: "delete" } as const;
const generated = (["Patient", "Visit"] as const).flatMap((entity) =>
  Object.entries(verbs).map(([verb, crud]): ToolUnderTest => {
    const word = entity.toLowerCase();
    const method = { get: "GET", update: "PATCH", delete: "DELETE" }[verb] ?? "";
    const roles = entities[entity].crud[crud] ?? [];
    return { name: `${verb}-${word}`, method, path: `/${word}s/{id}`, roles, isForMany: false };
  }),
);
const written = Object.keys(clinicFiles)
  .filter((path) => path.startsWith("tools/"))
  .map((path): ToolUnderTest => {
    const { name, trigger, authorize } = authored(path) as {
      readonly name: string;
      readonly trigger: { readonly http: { readonly method: string; readonly path: string } };
      readonly authorize: { readonly roles: readonly string[] };
    };
    const isForMany = ["rename-patient", "visits-of"].includes(name);
    return { name, method: trigger.http.method, path: trigger.http.path, roles: authorize.roles, isForMany };
  });
const tools = [...generated, ...written];

let clinic: RunningWorkspace;
beforeAll(async () => {
  clinic = await startWorkspace({ files: clinicFiles, audience: clinicAudience });
});
afterAll(async () => {
  await clinic.stop();
});

const tokenOf = ({ roles, subject, clinic: ofClinic }: Caller): Promise<string> =>
  clinic.issuer.token({ sub: subject, roles, clinic: ofClinic });

async function freshRows(): Promise<readonly Row[]> {
  const rows = kinds.map((kind) => ({ id: randomUUID(), ...kind }));
  for (const { id, clinic: ofClinic, subject, isDeleted } of rows) {
    await clinic.superuser.query(
      `INSERT INTO app.patient (id, clinic, subject, name) VALUES ($1, $2, $3, 'as it was')`,
      [id, ofClinic, subject],
    );
    await clinic.superuser.query(
      `INSERT INTO app.visit (id, clinic, patient_id, note) VALUES ($1::uuid, $2, $1::uuid, $1::uuid::text)`,
      [id, ofClinic],
    );
    if (!isDeleted) continue;
    for (const table of ["visit", "patient"]) {
      await clinic.superuser.query(`UPDATE app.${table} SET deleted_at = now() WHERE id = $1`, [id]);
    }
  }
  return rows;
}

async function stored(id: string): Promise<unknown> {
  const { rows } = await clinic.superuser.query<object>(
    `SELECT p.*, v.* FROM app.patient p JOIN app.visit v ON v.id = p.id WHERE p.id = $1`,
    [id],
  );
  return rows;
}

/** What a caller can tell answers apart by, the id that he sent himself aside. */
function visible({ status, headers, body }: Reply, id: string): string {
  const own = ["lintel-execution", "date"];
  const told = [...headers].filter(([name]) => !own.includes(name));
  const instance = headers.get("lintel-execution") ?? "-";
  return JSON.stringify({ status, told, body }).replaceAll(id, "ID").replaceAll(instance, "EXECUTION");
}

const bodyOf = (method: string): { readonly body?: unknown } => (method === "PATCH" ? { body: {} } : {});

test("the matrix holds every tool that takes an id", () => {
  const found = clinic.bundle.tools
    .filter(({ trigger }) => trigger.type === "http" && trigger.path.includes("{id}"))
    .map(({ name }) => name);
  expect(tools.map(({ name }) => name).sort()).toEqual(found.sort());
});

describe.each(tools)("$name", ({ method, path, roles, isForMany }) => {
  test.each(callers)("by $name", async (who) => {
    const token = await tokenOf(who);
    const ask = (id: string): Promise<Reply> =>
      clinic.call(method, path.replace("{id}", id), { token, ...bodyOf(method) });
    const nothing = randomUUID();
    const ofNothing = await ask(nothing);
    const isAllowed = who.roles.some((role) => roles.includes(role));
    if (!isAllowed) expect(ofNothing.status).toBe(403);
    else if (who.clinic !== undefined) expect(ofNothing.status).toBe(isForMany ? 200 : 404);
    for (const row of await freshRows()) {
      const before = await stored(row.id);
      const reply = await ask(row.id);
      const what = `${row.clinic} ${row.subject}${row.isDeleted ? " deleted" : ""}`;
      if (isAllowed && exists(who, row)) {
        // 409: a patient with visits is there, and stays.
        if (reply.status !== 409) expect(reply.status, what).toBeLessThan(300);
        expect(visible(reply, row.id), what).not.toBe(visible(ofNothing, nothing));
        continue;
      }
      expect(visible(reply, row.id), what).toBe(visible(ofNothing, nothing));
      expect(await stored(row.id), what).toEqual(before);
    }
  });
});

describe("without a token", () => {
  test.each(tools)("$name answers 401 to everything alike", async ({ method, path }) => {
    const [row] = await freshRows();
    const [there, notThere] = [row?.id ?? "", randomUUID()];
    const ask = (id: string): Promise<Reply> => clinic.call(method, path.replace("{id}", id), bodyOf(method));
    const ofNothing = await ask(notThere);
    expect(ofNothing.status).toBe(401);
    expect(visible(await ask(there), there)).toBe(visible(ofNothing, notThere));
  });
});

interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next?: string | null;
}

const listOf = async (who: Caller, path: string, query: Readonly<Record<string, string>>): Promise<Reply> =>
  clinic.call("GET", `${path}?${new URLSearchParams(query).toString()}`, { token: await tokenOf(who) });

const cursorOf = ({ body }: Reply): string | undefined => {
  const found = Object.entries(body).find(([name, value]) => name !== "items" && typeof value === "string");
  return found?.[1] as string | undefined;
};

describe.each(["/patients", "/visits"])("the list %s", (path) => {
  let rows: readonly Row[];
  const knownTo = (who: Caller, ids: readonly unknown[]): readonly string[] =>
    rows.filter((row) => exists(who, row) && ids.includes(row.id)).map(({ id }) => id);
  const foreignTo = (who: Caller): readonly Row[] => rows.filter((row) => !exists(who, row));
  beforeAll(async () => {
    rows = [...(await freshRows()), ...(await freshRows()), ...(await freshRows())];
  });

  test.each(callers.slice(0, 7))("shows $name, page by page, what is there for him and nothing else", async (who) => {
    const met: unknown[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 60; page += 1) {
      const reply = await listOf(who, path, { limit: "100", ...(cursor === undefined ? {} : { cursor }) });
      if (who.clinic === undefined) {
        expect(reply.status === 200 ? (reply.body as unknown as Listed).items : []).toEqual([]);
        return;
      }
      expect(reply.status).toBe(200);
      met.push(...(reply.body as unknown as Listed).items.map(({ id }) => id));
      cursor = cursorOf(reply);
      if (cursor === undefined) break;
    }
    expect(cursor).toBeUndefined();
    expect(knownTo(who, met).length).toBe(rows.filter((row) => exists(who, row)).length);
    for (const { id } of foreignTo(who)) expect(met).not.toContain(id);
  });

  test.each(callers.slice(0, 5))("finds by no filter what is not there for $name", async (who) => {
    for (const row of foreignTo(who).slice(0, 4)) {
      const filters = path === "/visits" ? { note: row.id } : { subject: row.subject };
      for (const filter of [filters, path === "/visits" ? { patientId: row.id } : { subject_in: row.subject }]) {
        const reply = await listOf(who, path, filter);
        expect(reply.status).toBe(200);
        expect((reply.body as unknown as Listed).items.map(({ id }) => id)).not.toContain(row.id);
      }
    }
  });

  test("another caller's cursor opens nothing that is not one's own", async () => {
    const [carla, , , nina, simon] = callers as readonly [Caller, Caller, Caller, Caller, Caller];
    for (const other of [nina, simon]) {
      const cursor = cursorOf(await listOf(other, path, { limit: "1" }));
      expect(cursor).toBeDefined();
      const reply = await listOf(carla, path, { limit: "100", cursor: cursor ?? "" });
      expect([200, 400]).toContain(reply.status);
      const ids = reply.status === 200 ? (reply.body as unknown as Listed).items.map(({ id }) => id) : [];
      for (const { id } of foreignTo(carla)) expect(ids).not.toContain(id);
      expect(JSON.stringify(cursor)).not.toContain("carla");
    }
  });
});

describe("a row that names another", () => {
  const [carla, , , nina] = callers as readonly [Caller, Caller, Caller, Caller];

  test.each([carla, nina])("cannot be made for, or moved to, what is not there for $name", async (who) => {
    const token = await tokenOf(who);
    const rows = await freshRows();
    const create = (patientId: string): Promise<Reply> =>
      clinic.call("POST", "/visits", { token, body: { patientId, note: "mine" } });
    const move = (patientId: string): Promise<Reply> =>
      clinic.call("PATCH", `/visits/${rows[0]?.id ?? ""}`, { token, body: { patientId } });
    const nothing = randomUUID();
    for (const write of [create, move]) {
      const ofNothing = await write(nothing);
      expect(ofNothing.status).toBeGreaterThanOrEqual(400);
      for (const row of rows.filter((each) => !exists(who, each))) {
        const what = `${row.clinic} ${row.subject}${row.isDeleted ? " deleted" : ""}`;
        expect(visible(await write(row.id), row.id), what).toBe(visible(ofNothing, nothing));
      }
    }
    expect((await create(rows[0]?.id ?? "")).status).toBeLessThan(300);
  });

  test("the tenant and the state are nobody's to say", async () => {
    const token = await tokenOf(carla);
    const [own] = await freshRows();
    for (const more of [
      { clinic: "south" },
      { status: "done" },
      { id: randomUUID() },
      { version: 7 },
      { deletedAt: null },
    ]) {
      const body = { patientId: own?.id, note: "x", ...more };
      expect((await clinic.call("POST", "/visits", { token, body })).status).toBe(422);
    }
    for (const more of [{ clinic: "south" }, { status: "done" }]) {
      const reply = await clinic.call("PATCH", `/visits/${own?.id ?? ""}`, { token, body: more });
      expect(reply.status).toBe(422);
    }
  });
});
