import { compileTemplate, type HttpProvider, type JsonObject } from "@lintel/specs";
import { expect, test } from "vitest";
import { compileRequest } from "../../../executor/external/compile-request.ts";
import type { Preparation } from "../../../executor/nodes/runner.ts";

function compile(fields: JsonObject, more: Partial<HttpProvider> | undefined, secret = "key"): () => unknown {
  const base: HttpProvider = {
    type: "http",
    name: "partner",
    baseUrl: "https://partner.example/v1",
    idempotencyKeys: false,
  };
  const provider = more === undefined ? undefined : { ...base, ...more };
  const preparation = {
    template: (template: Parameters<typeof compileTemplate>[0]) => compileTemplate(template, { names: {} }),
    secret: () => secret,
  } as unknown as Preparation;
  return () => compileRequest({ method: "POST", ...fields }, { node: "call", place: "node", provider }, preparation);
}

test.each([
  "http://169.254.169.254/",
  "http://metadata.google.internal",
  "http://[fd20:ce::254]",
  "https://0.0.0.0/v1",
])("a provider at %s does not start, whatever network it declares", (baseUrl) => {
  expect(compile({ url: "/x" }, { baseUrl, network: "private" })).toThrow(/node call: its host .*; name another host/u);
  expect(compile({ url: `${baseUrl.replace(/\/?$/u, "/")}x` }, undefined)).toThrow("name another host");
});

test.each(["Host", "content-length", "Transfer-Encoding", "CONNECTION", "Expect", "Proxy-Authorization", "Upgrade"])(
  "the header %s is not a flow's to set",
  (name) => {
    expect(compile({ url: "/x", headers: { [name]: "1" } }, {})).toThrow(`the header ${name} is set by the executor`);
  },
);

test.each(["X Note", "X-Note:", "X-Ä", "", "X\r\nHost"])("%j is no name of a header", (name) => {
  expect(compile({ url: "/x", headers: { [name]: "1" } }, {})).toThrow("is no name of a header");
});

test("a secret with a line break at its end is told of when the service starts, and not said", () => {
  const broken = compile({ url: "/x" }, { secret: "partner-key" }, "hush\n");
  expect(broken).toThrow("secret partner-key holds a line break");
  expect(broken).not.toThrow("hush");
  expect(compile({ url: "/x" }, { secret: "partner-key" }, "hush")).not.toThrow();
});
