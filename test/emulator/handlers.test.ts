import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogue, endpointsOf } from "../../emulator/api/catalogue.ts";
import { type Google, startGoogle } from "./google-client.ts";

describe("the emulator's APIs", () => {
  let google: Google;
  beforeAll(async () => {
    google = await startGoogle();
  });
  afterAll(() => google.stop());

  // Reading an API's descriptions fails when a handler is for a method that they do not have.
  it.each(catalogue.map((api) => api.prefix))("serves methods of Google's description only: %s", async (prefix) => {
    expect(await google.error("GET", `${prefix}/none`)).toMatchObject({ code: 404 });
  });

  it("are reached through one endpoint argument of the provider each", () => {
    const endpoints = endpointsOf("http://127.0.0.1:1");
    expect(Object.keys(endpoints)).toHaveLength(catalogue.length);
    expect(endpoints["sqlCustomEndpoint"]).toBe("http://127.0.0.1:1/sqladmin/sql/v1beta4/");
  });
});
