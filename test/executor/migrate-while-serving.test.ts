import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "@lintel/specs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../executor/database/index.ts";
import { createLogger, readSettings, startServer } from "../../executor/index.ts";
import { compileBookings } from "./bookings.ts";
import { roles } from "./database/start-postgres.ts";
import { type Bookings, type Reply, request, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let folder: string;
beforeAll(async () => {
  [bookings, folder] = await Promise.all([startBookings(), mkdtemp(join(tmpdir(), "lintel-serving-"))]);
});
afterAll(async () => {
  await Promise.all([bookings.stop(), rm(folder, { recursive: true, force: true })]);
});

/** The fixture with an entity and a field renamed, a value mapped, and a field, an index and a rule more. */
function changedFiles(): Readonly<Record<string, string>> {
  const fixture = join(import.meta.dirname, "fixtures", "bookings");
  const files = ["entities", "tools"].flatMap((kind) =>
    readdirSync(join(fixture, kind)).map((name) => {
      const text = readFileSync(join(fixture, kind, name), "utf8");
      return [
        `${kind}/${name}`,
        text.replaceAll(/\bbeds\b/gu, "places").replaceAll(/\bCustomer\b/gu, "Guest"),
      ] as const;
    }),
  );
  const change = (text: string, from: string, to: string): string => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  const all = Object.fromEntries(files);
  const room = change(
    all["entities/room.yaml"] ?? "",
    "places: {",
    "floor: { type: integer, default: 0 }\n  places: { renamedFrom: beds,",
  );
  const fewer = change(room, "[single, double, suite]", "[single, double], renamedValues: { suite: double }");
  const guest = change(all["entities/customer.yaml"] ?? "", "name: Guest\n", "name: Guest\nrenamedFrom: Customer\n");
  return {
    ...all,
    "entities/room.yaml": change(
      fewer,
      "filterable: [category, places]",
      "filterable: [category, places, floor, nightlyRate]",
    ),
    "entities/customer.yaml": change(guest, "unique: [[subject]]", "unique: [[subject], [subject, name]]"),
  };
}

test("the old release answers every call while the database is expanded under it, and beside the new one", async () => {
  const { superuser, issuer, database, environment } = bookings;
  await superuser.query(
    `INSERT INTO app.room (id, number, category, beds, nightly_rate)
     SELECT gen_random_uuid(), i, CASE WHEN i % 2 = 0 THEN 'suite' ELSE 'single' END, 1 + i % 8, i FROM generate_series(1, 20000) AS i`,
  );
  const next = compileBookings({ issuer: issuer.url, files: changedFiles() });
  const token = await bookings.agent();
  const replies: Reply[] = [];
  const running = { value: true };
  const old = callOnAndOn(bookings.url, token, "Customer", replies, running, "o");
  const client = await database.connect("migrator");
  const deployment = { level: "green", acknowledgements: [] } as const;
  const report = await migrate({
    client,
    bundle: next,
    deployment,
    executorUser: roles.executor,
    adminUser: roles.admin,
  });
  expect(report.statements.map(({ phase }) => phase)).toEqual(
    expect.arrayContaining(["expand", "backfill", "validate"]),
  );
  const duringMigration = replies.length;
  await writeFile(join(folder, "bundle.json"), canonicalJson(next));
  const bundleUrl = pathToFileURL(join(folder, "bundle.json")).href;
  const server = await startServer({
    settings: readSettings({ ...environment, LINTEL_BUNDLE: bundleUrl, LINTEL_BUNDLE_DIGEST: next.digest }),
    log: createLogger("silent"),
    defaultBundleUrl: bundleUrl,
    host: "127.0.0.1",
  });
  const beside = callOnAndOn(`http://127.0.0.1:${String(server.port)}`, token, "Guest", replies, running, "n");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  running.value = false;
  await Promise.all([old, beside]);
  await server.drain();
  expect(duringMigration).toBeGreaterThan(20);
  expect(replies.filter(({ status }) => status >= 300)).toEqual([]);
  const { rows } = await superuser.query(
    "SELECT count(*) FILTER (WHERE beds IS DISTINCT FROM places OR category = 'suite') AS wrong, count(*) > 20000 AS more FROM app.room",
  );
  expect(rows).toEqual([{ wrong: "0", more: true }]);
}, 120_000);

/** Writes and reads as clients of the release do, by its names. */
async function callOnAndOn(
  url: string,
  token: string,
  person: "Customer" | "Guest",
  replies: Reply[],
  running: { readonly value: boolean },
  prefix: string,
): Promise<void> {
  const [people, beds] = person === "Customer" ? ["customers", "beds"] : ["guests", "places"];
  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const reply = await request(`${url}${path}`, method, { token, ...(body === undefined ? {} : { body }) });
    replies.push(reply);
    return reply;
  };
  for (let count = 0; running.value; count += 1) {
    const name = `${prefix}${String(count)}`;
    const room = await call("POST", "/rooms", {
      number: name,
      [beds]: 2,
      nightlyRate: { amount: 100, currency: "EUR" },
    });
    const guest = await call("POST", `/${people}`, { subject: name, name, email: "a@example.com" });
    const { id } = room.body;
    const year = String(new Date().getFullYear() + 1);
    const stay = { startsOn: `${year}-05-01`, endsOn: `${year}-05-03`, guests: 1 };
    await call("POST", "/reservations", { customerId: guest.body["id"], roomId: id, ...stay });
    await call("GET", `/rooms/${String(id)}`);
    await call("PATCH", `/rooms/${String(id)}`, { [beds]: 3 });
    await call("GET", `/rooms?category=double`);
    await call("GET", `/${people}/${String(guest.body["id"])}`);
  }
}
