import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue, endpointsOf } from "../../emulator/api/catalogue.ts";
import { locateDescriptions, methodsOf, readDescription } from "../../emulator/api/descriptions.ts";

const services = fileURLToPath(new URL("../../emulator/services", import.meta.url));

describe("the emulator's methods", () => {
  it("are all methods of Google's descriptions, so that none answers to a misspelt name", async () => {
    const folder = await locateDescriptions();
    const documents = await Promise.all(
      catalogue.flatMap((api) => api.documents).map((name) => readDescription(folder, name)),
    );
    const known = new Set(documents.flatMap(methodsOf).map((method) => method.id));
    const sources = readdirSync(services).map((file) => readFileSync(join(services, file), "utf8"));
    const written = sources.flatMap((source) =>
      [...source.matchAll(/^\s+"([a-z]+(?:\.[A-Za-z]+){2,})": /gm)].map((found) => found[1] ?? ""),
    );
    expect(written.length).toBeGreaterThan(60);
    expect(written.filter((id) => !known.has(id))).toEqual([]);
  });

  it("are reached through one endpoint argument of the provider per API", () => {
    const endpoints = endpointsOf("http://127.0.0.1:1");
    expect(Object.keys(endpoints)).toHaveLength(catalogue.length);
    expect(endpoints["sqlCustomEndpoint"]).toBe("http://127.0.0.1:1/sqladmin/sql/v1beta4/");
  });
});
