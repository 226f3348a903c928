import type { Tool } from "@lintel/specs";
import { expect, test } from "vitest";
import { ingressOf, takesAnonymousCalls } from "../../components/service/ingress.ts";

const triggered = (type: string): Tool => ({ trigger: { type } }) as never;

test("a service that only Cloud Scheduler calls is internal and takes no call without a Google token", () => {
  expect(ingressOf([triggered("schedule")])).toBe("internal");
  expect(takesAnonymousCalls([triggered("schedule")])).toBe(false);
});

test.each(["http", "webhook"])("one %s tool makes it public: its callers carry no Google token", (type) => {
  expect(ingressOf([triggered("schedule"), triggered(type)])).toBe("public");
  expect(takesAnonymousCalls([triggered(type)])).toBe(true);
});
