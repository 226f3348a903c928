import type { Provider } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StandInServer, startStandIns } from "../../cli/local/stand-ins.ts";

let server: StandInServer;

beforeAll(async () => {
  server = await startStandIns();
});
afterAll(async () => {
  await server.stop();
});

const providers: readonly Provider[] = [
  { name: "cleaning", type: "http", baseUrl: "https://cleaning.example.com", idempotencyKeys: true },
  { name: "stripe", type: "payment", api: "stripe", baseUrl: "https://api.stripe.com" },
  { name: "mail", type: "email", url: "smtps://mail.example.com", from: "us@example.com" },
];

describe("a local run", () => {
  it.each(providers)("reaches no provider but on loopback: $type", (provider) => {
    const standIns = server.add("test", () => undefined);
    expect(new URL(standIns.provider(provider)).hostname).toBe("127.0.0.1");
  });
});
