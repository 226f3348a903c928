import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;

const forget = `
apiVersion: lintel/v1
kind: Tool
name: forget-customer
trigger: { http: { method: POST, path: "/customers/{id}/forget" } }
authorize: { roles: [customer, agent] }
input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid }, version: { type: integer } } }
output: { type: object, required: [id, name, version], properties: { id: { type: string }, name: { type: string }, version: { type: integer } } }
flow:
  - id: all
    type: transaction
    nodes:
      - { id: forgotten, type: write, action: erase, entity: Customer, key: "\${input.id}", version: "\${has(input.version) ? input.version : null}" }
respond: { id: "\${nodes.forgotten.id}", name: "\${nodes.forgotten.name}", version: "\${nodes.forgotten.version}" }
`;

beforeAll(async () => {
  bookings = await startBookings({ files: { "tools/forget-customer.yaml": forget } });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

async function addCustomer(subject: string): Promise<string> {
  const body = { subject, name: "Carla Campos", email: "carla@example.com", phone: "+34 600" };
  return String((await bookings.call("POST", "/customers", { token, body })).body["id"]);
}

function erase(id: string, body: object = {}, as = token): Promise<Reply> {
  return bookings.call("POST", `/customers/${id}/forget`, { token: as, body });
}

test("an erasure is answered, and its record names the fields and no value", async () => {
  const id = await addCustomer("carla-1");
  const reply = await erase(id);
  expect(reply).toMatchObject({ status: 200, body: { id, name: "erased", version: 2 } });
  const { rows } = await bookings.superuser.query(
    "SELECT changes FROM lintel.audit_log WHERE kind = 'segment' AND tool = 'forget-customer'",
  );
  const fields = ["email", "name", "phone", "version", "updatedAt"];
  expect(rows).toEqual([{ changes: [{ entity: "Customer", id, version: 2, action: "erase", fields }] }]);
  for (const table of ["app.customer", "history.customer", "lintel.audit_log"]) {
    const found = await bookings.superuser.query(
      `SELECT 1 FROM ${table} AS t WHERE t::text ~ 'Carla|carla@example|[+]34' AND t::text LIKE '%' || $1 || '%'`,
      [id],
    );
    expect(found.rows).toEqual([]);
  }
});

test("a customer is forgotten by themselves, and by no other customer", async () => {
  const id = await addCustomer("carla-2");
  expect(await erase(id, {}, await bookings.customer("dora"))).toMatchObject({ status: 404 });
  expect(await erase(id, {}, await bookings.customer("carla-2"))).toMatchObject({ status: 200 });
});

test("an erasure that expects another version is a conflict and erases nothing", async () => {
  const id = await addCustomer("carla-3");
  expect(await erase(id, { version: 9 })).toMatchObject({ status: 409, body: { code: "version-conflict" } });
  expect(await bookings.call("GET", `/customers/${id}`, { token })).toMatchObject({ body: { name: "Carla Campos" } });
});
