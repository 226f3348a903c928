import { createHash } from "node:crypto";
import { assembleBundle, BundleError, canonicalJson, digestOf, openBundle, shortDigest, sliceOf } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { entity, http, read, specs, tool, transaction, write } from "./specs-in-memory.ts";

const entities = [entity("Room"), entity("Guest", ["Room"]), entity("Invoice")];
const bookRoom = tool("book-room", [transaction("t", [write("w", "Guest")])]);
const callCrm = tool("call-crm", [http("call")]);

describe("canonicalJson", () => {
  it("sorts keys by code unit, drops undefined and keeps array order", () => {
    expect(canonicalJson({ b: 1, a: [2, { d: null, c: undefined }], "\u20ac": 1, Z: 1 })).toBe(
      '{"Z":1,"a":[2,{"d":null}],"b":1,"\u20ac":1}',
    );
  });

  it("refuses what JSON cannot hold", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
    expect(() => canonicalJson(() => 1)).toThrow(TypeError);
  });

  it("is hashed as its UTF-8 bytes", () => {
    const expected = createHash("sha256").update('{"a":"é"}', "utf8").digest("hex");
    expect(digestOf({ a: "é" })).toBe(`sha256:${expected}`);
  });

  it("shortens a digest to the RFC 4648 base32 of its bytes", () => {
    expect(shortDigest(digestOf({ a: 1 }))).toBe("afnl2724yv5c3wklowipaswybbbhhec64m7mltv6vzrco2ux7bra");
  });
});

describe("a slice", () => {
  it("holds the entities that the flow reaches, through references too, and no others", () => {
    const slice = sliceOf(specs([bookRoom], entities), bookRoom);
    expect(slice.entities.map(({ name }) => name)).toEqual(["Guest", "Room"]);
  });

  it("holds only the providers and secrets that the flow names", () => {
    const slice = sliceOf(specs([callCrm], entities), callCrm);
    expect(slice.workspace.providers.map(({ name }) => name)).toEqual(["crm"]);
    expect(slice.workspace.secrets).toEqual(["crm-key"]);
    expect(sliceOf(specs([bookRoom], entities), bookRoom).workspace.secrets).toEqual([]);
  });
});

describe("assembleBundle", () => {
  it("gives equal digests whatever the order of the specs", () => {
    const one = assembleBundle(specs([bookRoom, callCrm], entities));
    const other = assembleBundle(specs([callCrm, bookRoom], [...entities].reverse()));
    expect(canonicalJson(other)).toBe(canonicalJson(one));
  });

  it("changes one tool's slice digest, and the bundle's, when that tool changes", () => {
    const before = assembleBundle(specs([bookRoom, callCrm], entities));
    const changed = tool("book-room", [read("r", "Room"), ...bookRoom.flow]);
    const after = assembleBundle(specs([changed, callCrm], entities));
    expect(after.slices["call-crm"]).toBe(before.slices["call-crm"]);
    expect(after.slices["book-room"]).not.toBe(before.slices["book-room"]);
    expect(after.digest).not.toBe(before.digest);
  });
});

const idlePolicy = { name: "idle", tools: ["nothing"], rules: [], deny: [], budget: {} };

describe("openBundle", () => {
  const bundle = assembleBundle(specs([bookRoom, callCrm], entities));
  const reread = (): Record<string, unknown> => JSON.parse(canonicalJson(bundle)) as Record<string, unknown>;

  it("opens what the compiler wrote", () => {
    expect(openBundle(reread()).digest).toBe(bundle.digest);
  });

  it.each([
    ["a changed digest", { digest: `sha256:${"0".repeat(64)}` }, /its specs have/],
    ["changed specs", { workspace: { ...bundle.workspace, roles: ["agent", "root"] } }, /its specs have/],
    ["a forged plan", { plans: {} }, /do not follow from its specs/],
    ["a field of its own", { risk: "green" }, /do not follow from its specs/],
    ["a second tool of the same name", { tools: [{ ...bookRoom, flow: [] }, ...bundle.tools] }, /two tools named/],
    ["a second entity of the same name", { entities: [...bundle.entities, entity("Room")] }, /two entities named/],
    ["a policy that stands in no slice", { policies: [idlePolicy] }, /do not follow from its specs/],
    ["no tools", { tools: null }, /cannot be read/],
    ["another apiVersion", { apiVersion: "lintel/v0" }, /not a bundle/],
  ])("refuses %s", (_, change, message) => {
    expect(() => openBundle({ ...reread(), ...change })).toThrow(BundleError);
    expect(() => openBundle({ ...reread(), ...change })).toThrow(message);
  });

  it("refuses what is no object", () => {
    expect(() => openBundle("sha256:x")).toThrow(BundleError);
  });
});
