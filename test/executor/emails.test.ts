import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type MailServer, startMailServer } from "./stand-ins/mail-server.ts";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let mail: MailServer;
let token: string;

const tool = (name: string, more: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: POST, path: /${name} } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  required: [to]
  properties: { to: { type: string }, name: { type: string, default: Ada }, subject: { type: string, default: "" } }
output: { type: object, properties: { id: { type: [string, "null"] } } }
flow:
  - { id: receipt, type: email, template: receipt, to: "\${input.to}", values: { name: "\${input.name}", price: '\${money(1250, "EUR")}' }, timeout: 400ms${more} }
respond: { id: "\${nodes.receipt == null ? null : nodes.receipt.id}" }
`;

const files = {
  "tools/tell.yaml": tool("tell", ""),
  "tools/tell-surely.yaml": tool("tell-surely", ", delivery: atLeastOnce"),
  "tools/tell-maybe.yaml": tool("tell-maybe", ", onError: continue"),
  "tools/tell-own.yaml": tool("tell-own", ', subject: "\${input.subject}"'),
};

const template =
  '{ subject: "Your stay, ${values.name}", text: "Dear ${values.name}, that is ${values.price}.", html: "<p>Dear ${values.name}</p>" }';

beforeAll(async () => {
  mail = await startMailServer();
  const provider = `mail: { type: email, url: "smtp://127.0.0.1:${String(mail.port)}", from: "Hotel <desk@hotel.example>", secret: mail-login, templates: { receipt: ${template} } }`;
  const settings = { LINTEL_SECRET_MAIL_LOGIN: "desk:mail-secret" };
  bookings = await startBookings({ files, providers: [provider], settings });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
  await mail.stop();
});

beforeEach(() => mail.clear());

async function tell(name: string, body: object): Promise<Reply> {
  return bookings.call("POST", `/${name}`, { token, body });
}

async function effectOf(reply: Reply): Promise<unknown> {
  const text = `SELECT state, attempts, error_code FROM lintel.effects WHERE execution_id = $1`;
  return (await bookings.superuser.query(text, [reply.headers.get("lintel-execution")])).rows;
}

describe("a message", () => {
  test("is delivered once, encrypted where the server offers it, under an id of the execution", async () => {
    const reply = await tell("tell", { to: "guest@example.com" });
    expect(reply.status).toBe(200);
    expect(mail.taken).toHaveLength(1);
    const [message] = mail.taken;
    expect(message).toMatchObject({ from: "desk@hotel.example", to: ["guest@example.com"], isSecure: true });
    expect(message?.text).toContain(`Message-ID:\r\n <${String(reply.body["id"])}>`);
    expect(message?.text).toContain("Subject: Your stay, Ada");
    expect(message?.text).toContain("Dear Ada, that is 12.50 EUR.");
    expect(await effectOf(reply)).toMatchObject([{ state: "succeeded", attempts: 1 }]);
    expect(mail.logins).toEqual(["desk:mail-secret"]);
    expect(bookings.logs.join("")).not.toContain("mail-secret");
  });

  test("shows a value as text, whatever mark-up it holds", async () => {
    await tell("tell", { to: "guest@example.com", name: '<script src="x">' });
    expect(mail.taken[0]?.text).toContain("&lt;script src=&quot;x&quot;&gt;");
  });

  test.each([
    "a@example.com, b@example.com",
    "a@example.com\r\nBcc: b@example.com",
    "Ada <a@example.com>",
    "nobody",
    "",
  ])("to %j is refused before anything is sent", async (to) => {
    const reply = await tell("tell", { to });
    expect(reply.body).toMatchObject({ code: "invalid-value" });
    expect(await effectOf(reply)).toEqual([]);
    expect(mail.taken).toEqual([]);
  });

  test.each(["x\r\nBcc: b@example.com", "x\nBcc: b@example.com", "x\0", "x\u2028y"])(
    "cannot get another header from a subject (%j)",
    async (subject) => {
      const reply = await tell("tell-own", { to: "guest@example.com", subject });
      expect(reply.body).toMatchObject({ code: expect.stringMatching(/^invalid-(value|input)$/u) as unknown });
      expect(mail.taken).toEqual([]);
    },
  );

  test("whose subject comes from a template's value cannot get one either", async () => {
    const reply = await tell("tell", { to: "guest@example.com", name: "x\r\nBcc: b@example.com" });
    expect(reply.body).toMatchObject({ code: "invalid-value" });
    expect(mail.taken).toEqual([]);
  });
});

describe("a mail server", () => {
  test("that refuses the recipient is not asked again, and its own text stays inside", async () => {
    mail.trouble("refuseRecipient");
    const reply = await tell("tell", { to: "guest@example.com" });
    expect(reply.status).toBe(502);
    expect(reply.body).toMatchObject({
      code: "external-call-failed",
      detail: "node receipt was refused by the mail server (550)",
    });
    expect(await effectOf(reply)).toMatchObject([{ state: "failed", attempts: 1 }]);
  });

  test("that puts off a message is asked again", async () => {
    mail.trouble("putOff");
    const reply = await tell("tell", { to: "guest@example.com" });
    expect(reply.status).toBe(200);
    expect(mail.taken).toHaveLength(1);
    expect(await effectOf(reply)).toMatchObject([{ state: "succeeded", attempts: 2 }]);
  });

  test.each(["dropAfterData", "hangAfterData"] as const)(
    "that took a message in and never said so (%s) leaves it unknown, and the message is not sent again",
    async (trouble) => {
      mail.trouble(trouble);
      const reply = await tell("tell", { to: "guest@example.com" });
      expect(reply.status).toBeGreaterThanOrEqual(502);
      expect(mail.taken).toHaveLength(1);
      expect(await effectOf(reply)).toMatchObject([{ state: "unknown", attempts: 1 }]);
    },
  );

  test("that did not say so is sent it again where the node says atLeastOnce, under the same id", async () => {
    mail.trouble("dropAfterData");
    const reply = await tell("tell-surely", { to: "guest@example.com" });
    expect(reply.status).toBe(200);
    expect(mail.taken).toHaveLength(2);
    const ids = mail.taken.map(({ text }) => /^Message-ID:\r\n .*$/mu.exec(text)?.[0]);
    expect(new Set(ids).size).toBe(1);
  });

  test("that fails does not fail a flow that goes on without it", async () => {
    mail.trouble("refuseRecipient");
    const reply = await tell("tell-maybe", { to: "guest@example.com" });
    expect(reply.body).toEqual({ id: null });
  });
});
