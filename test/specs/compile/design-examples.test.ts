import { allNodes, compileFolder, locate, openBundle } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { compileDesign, compiled, designFolder } from "../design-files.ts";

describe("the entity and the tool that the language was designed with", () => {
  it("compile without a diagnostic", async () => {
    const { diagnostics } = await compileFolder(designFolder);
    expect(diagnostics).toEqual([]);
  });

  it("make a bundle that proves itself when it is opened again", () => {
    const { bundle } = compiled(compileDesign());
    const opened = openBundle(JSON.parse(JSON.stringify(bundle)));
    expect(opened.digest).toBe(bundle.digest);
  });

  it("normalise durations, ranges, references and ownership paths", () => {
    const { bundle } = compiled(compileDesign());
    const reservation = bundle.entities.find(({ name }) => name === "Reservation");
    expect(reservation?.fields.find(({ name }) => name === "roomId")).toMatchObject({ type: "uuid", ref: "Room" });
    expect(reservation?.exclude[0]?.parts).toEqual([
      { fields: ["roomId"], operator: "equal" },
      { fields: ["startsOn", "endsOn"], bounds: "[)", operator: "overlaps" },
    ]);
    expect(reservation?.ownership).toEqual({ via: ["customer", "subject"], claim: "sub", roles: ["customer"] });
    expect(reservation?.status?.states).toEqual(["pending", "completed", "cancelled", "confirmed"]);
    const tool = bundle.tools.find(({ name }) => name === "confirm-reservation");
    const charge = allNodes(tool?.flow ?? []).find(({ id }) => id === "charge");
    expect(charge).toMatchObject({ timeout: 10_000, retry: { initialDelay: 200, maxDelay: 5000 } });
  });

  it("fill inherited defaults into nodes, so that they count as present", () => {
    const { bundle } = compiled(compileDesign());
    const tool = bundle.tools.find(({ name }) => name === "confirm-reservation");
    const receipt = allNodes(tool?.flow ?? []).find(({ id }) => id === "receipt");
    expect(receipt).toMatchObject({ provider: "mail", timeout: 5000 });
    expect(receipt).not.toHaveProperty("retry");
  });

  it("have a position for every named part, at its own key", () => {
    const { sources } = compiled(compileDesign());
    const at = (path: string) => {
      const position = locate(sources, path);
      return `${position?.file ?? ""}:${String(position?.line)}:${String(position?.column)}`;
    };
    expect(at("tool/confirm-reservation")).toBe("tools/confirm-reservation.yaml:4:1");
    expect(at("tool/confirm-reservation/node/charge")).toBe("tools/confirm-reservation.yaml:13:5");
    expect(at("tool/confirm-reservation/node/charge/amount")).toBe("tools/confirm-reservation.yaml:18:5");
    expect(at("tool/confirm-reservation/node/confirm")).toBe("tools/confirm-reservation.yaml:26:9");
    expect(at("tool/confirm-reservation/node/load/where/id/eq")).toBe("tools/confirm-reservation.yaml:12:65");
    expect(at("entity/Reservation/invariants/ends-after-start")).toBe("entities/reservation.yaml:28:5");
    expect(at("entity/Reservation/fields/total")).toBe("entities/reservation.yaml:11:3");
    expect(at("tool/delete-reservation/node/row")).toBe("entities/reservation.yaml:32:83");
    expect(at("policy/few-rows/budget")).toBe("policies/few-rows.yaml:5:1");
    expect(at("acknowledgement/0")).toBe("acknowledgements.yaml:5:5");
  });
});

describe("environments", () => {
  it("change values and nothing of a flow", () => {
    const base = compiled(compileDesign()).bundle;
    const staging = compiled(compileDesign({}, { environment: "staging" })).bundle;
    expect(staging.workspace).toMatchObject({
      environment: "staging",
      region: "europe-west4",
      auth: { issuer: "https://login.staging.example.com", audience: "https://design.example.com" },
      values: { holdHours: 1, sender: "rooms" },
    });
    expect(staging.tools).toEqual(base.tools);
    expect(staging.digest).not.toBe(base.digest);
  });
});
