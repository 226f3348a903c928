import type { DiagnosticCode } from "@lintel/specs";
import { describe, expect, it } from "vitest";
import { type Changes, compileDesign, designFiles, problems, toolWith } from "../design-files.ts";

const reservation = "entities/reservation.yaml";
const room = "entities/room.yaml";
const guest = "entities/guest.yaml";
const confirm = "tools/confirm-reservation.yaml";
const workspace = "workspace.yaml";
const scenario = "scenarios/confirm.yaml";
const idle = toolWith("  - { id: a, type: transform, value: 1 }");
const http = "http: { method: POST, path: /own }";
const property = "properties: { id: { type: string, format: uuid } }";
const authorize = "authorize: { roles: [agent] }\n";
const own = (text: string): Changes => ({ "tools/own.yaml": text });
const node = (text: string): Changes => own(toolWith(`  - { id: a, ${text} }`));
const inRoom = (from: string, to: string): Changes => ({ [room]: [[from, to]] });
const inReservation = (from: string, to: string): Changes => ({ [reservation]: [[from, to]] });
const inScenario = (from: string, to: string): Changes => ({ [scenario]: [[from, to]] });
const hotel = `apiVersion: lintel/v1
kind: Entity
name: Hotel
fields: { id: { type: uuid, generated: true }, beds: { type: integer }, twice: { type: integer, computed: this.beds * 2 } }
`;
const given = (row: string): Changes => inScenario('{ entity: Room, values: { number: "1" } }', row);
const inWorkspace = (from: string, to: string): Changes => ({ [workspace]: [[from, to]] });
const textOf = (wanted: string): string => designFiles().find(({ path }) => path === wanted)?.text ?? "";
const manyAliases = `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d]`;

/** Codes whose cause is a folder, not a text; test/specs/load/read-folder.test.ts causes them. */
type FolderCode =
  | "unreadable-folder"
  | "unreadable-file"
  | "outside-folder"
  | "not-a-file"
  | "not-a-folder"
  | "folder-too-deep"
  | "unknown-extension"
  | "misspelt-file"
  | "too-many-files"
  | "bad-utf8";

/** What causes each code, and where it is said; a code without an entry does not compile. */
const causes: Readonly<Record<Exclude<DiagnosticCode, FolderCode>, readonly [Changes, string]>> = {
  "file-too-large": [own(`name: ${"x".repeat(1_100_000)}`), "1:1"],
  "missing-workspace": [{ [workspace]: null }, "1:1"],
  "duplicate-file": [{ "workspace.yml": textOf(workspace) }, "2:1"],
  "nul-character": [own("\0"), "1:1"],
  "bad-unicode": [node('type: transform, value: "\\ud800"'), "10:38"],
  "malformed-yaml": [own("a: [\n"), "2:1"],
  "malformed-json": [{ "tools/own.json": "{ a: 1 }" }, "1:3"],
  "empty-file": [own("# nothing\n"), "1:1"],
  "several-documents": [own("a: 1\n---\nb: 1\n"), "2:1"],
  "yaml-directive": [own("%YAML 1.1\n---\na: 1\n"), "1:1"],
  "yaml-tag": [own("a: !b c\n"), "1:4"],
  "merge-key": [own("a: &a { b: 1 }\nc: { <<: *a }\n"), "2:6"],
  "bad-alias": [own("a: *b\n"), "1:4"],
  "too-many-aliases": [own(manyAliases), "4:29"],
  "too-deep": [own(`a: ${"[".repeat(70)}${"]".repeat(70)}`), "1:67"],
  "bad-number": [node("type: transform, value: 1e999"), "10:38"],
  "duplicate-key": [own("a: 1\na: 2\n"), "2:1"],
  "reserved-name": [inRoom("number:", "constructor:"), "6:3"],
  "unknown-key": [node("type: transform, value: 1, valeu: 1"), "10:41"],
  "missing-key": [node("type: transform"), "10:5"],
  "key-does-not-apply": [
    node('type: write, action: softDelete, entity: Room, key: "${input.id}", transition: confirm'),
    "10:81",
  ],
  "wrong-type": [node("type: transform, value: 1, after: b"), "10:48"],
  "wrong-value": [node("type: transfrom, value: 1"), "10:20"],
  "bad-text": [node("type: transform, value: 1, after: [B]"), "10:49"],
  "bad-value": [node("type: poll, until: true, maxAttempts: 0, interval: 1s, nodes: []"), "10:52"],
  "empty-value": [own(idle.replace("[agent]", "[]")), "5:21"],
  "no-files": [inRoom("type: string", "type: files"), "6:19"],
  "duplicate-name": [own(idle.replace("own-tool", "confirm-reservation")), "3:7"],
  "duplicate-item": [own(idle.replace("[agent]", "[agent, agent]")), "5:29"],
  "unknown-entity": [node("type: read, entity: Rom, limit: 1"), "10:34"],
  "unknown-field": [node("type: read, entity: Room, where: { numbr: { eq: '1' } }"), "10:49"],
  "unknown-relationship": [node("type: read, entity: Room, include: [amenites]"), "10:50"],
  "unknown-role": [own(idle.replace("[agent]", "[agnet]")), "5:22"],
  "unknown-provider": [node("type: http, provider: housekeping, method: GET, url: /x"), "10:36"],
  "wrong-provider": [node("type: http, provider: mail, method: GET, url: /x"), "10:36"],
  "unclear-provider": [
    inWorkspace("  mail: { type: email,", "  post: { type: email, url: 'smtp://b', from: b }\n  mail: { type: email,"),
    "27:5",
  ],
  "unknown-tool": [{ "policies/few-rows.yaml": [["*-reservation", "*-reservatoin"]] }, "4:9"],
  "unknown-policy": [node("type: policyCheck, expr: true, message: m, policy: few-row"), "10:65"],
  "unknown-environment": [{}, "21:1"],
  "unknown-override": [inWorkspace("{ holdHours: 1 }", "{ holdHour: 1 }"), "26:15"],
  "override-type": [inWorkspace("{ holdHours: 1 }", "{ holdHours: one }"), "26:26"],
  "insecure-url": [inWorkspace("https://login.example.com", "http://login.example.com"), "8:11"],
  "missing-key-field": [inRoom("id: { type: uuid, generated: true }", "id: { type: string }"), "5:3"],
  "contradictory-keys": [inRoom("maxLength: 10", "maxLength: 10, required: true, nullable: true"), "6:42"],
  "reserved-field": [inRoom("number:", "createdAt:"), "6:3"],
  "name-collision": [inRoom("number:", "aBC: { type: string }\n  aBc:"), "7:3"],
  "bad-default": [inRoom('"80.00"', '"80.001"'), "7:60"],
  "bad-bounds": [inRoom('precision: 10, scale: 2, default: "80.00"', "precision: 2, scale: 3, nullable: true"), "7:47"],
  "renamed-still-there": [inRoom("maxLength: 10", "renamedFrom: id"), "6:40"],
  "renamed-twice": [
    inRoom("maxLength: 10 }", "renamedFrom: old }\n  other: { type: string, renamedFrom: old }"),
    "7:39",
  ],
  "credentials-in-url": [{ [workspace]: [["https://housekeeping", "https://user:secret@housekeeping"]] }, "13:40"],
  "renamed-to-unknown": [
    inReservation("values: [web, phone]", "values: [web, phone], renamedValues: { desk: shop }"),
    "13:74",
  ],
  "bad-pattern": [inRoom("maxLength: 10", "pattern: '('"), "6:36"],
  "bad-currency": [inReservation("currency: EUR", "currency: EUX"), "11:40"],
  "wrong-reference": [{ [room]: [["roomId", "amenityId"]] }, "9:63"],
  "unclear-relationship": [inReservation("hasMany: Guest,", "hasMany: Guest, hasOne: Guest,"), "18:3"],
  "not-nullable": [inReservation("onDelete: restrict", "onDelete: setNull"), "17:65"],
  "unknown-state": [inReservation("initial: pending", "initial: pendin"), "21:12"],
  "unreachable-state": [inReservation("from: [confirmed]", "from: [paid]"), "25:24"],
  "final-state-left": [inReservation("from: [confirmed]", "from: [confirmed, cancelled]"), "25:35"],
  "dead-end-state": [inReservation("[completed, cancelled]", "[cancelled]"), "25:40"],
  "bad-field-type": [{ [room]: [["kind: Entity", "kind: Entity\ntenant: { field: rate, claim: tenant }"]] }, "3:18"],
  "bad-ownership-path": [inReservation("via: customer", "via: custmer"), "31:19"],
  "computed-from-sensitive": [
    inReservation("computed: this.endsOn - this.startsOn", "computed: size(this.cardToken)"),
    "12:42",
  ],
  "sensitive-field": [inReservation("sortable: [startsOn]", "sortable: [cardToken]"), "33:52"],
  "missing-authorize": [own(idle.replace(authorize, "")), "4:1"],
  "authorize-not-applicable": [
    own(idle.replace(http, "webhook: { path: /w, signature: { scheme: stripe, secret: s } }")),
    "5:1",
  ],
  "duplicate-route": [own(idle.replace("/own", "/reservations")), "32:1"],
  "reserved-path": [own(idle.replace("/own", "/_lintel/x")), "4:40"],
  "unknown-path-parameter": [own(idle.replace("/own", '"/own/{key}"')), "4:40"],
  "bad-path-parameter": [
    own(idle.replace("/own", '"/own/{id}"').replace("type: string, format: uuid", "type: object")),
    "4:40",
  ],
  "duplicate-path-parameter": [own(idle.replace("/own", '"/own/{id}/{id}"')), "4:40"],
  "input-not-object": [own(idle.replace(/^input: .*$/m, "input: { type: string }")), "6:8"],
  "schedule-input": [
    own(idle.replace(http, "schedule: { cron: '0 0 * * *', timeZone: UTC }").replace(authorize, "")),
    "5:24",
  ],
  "missing-header": [
    own(
      idle.replace(http, "webhook: { path: /w, signature: { scheme: hmac-sha256, secret: s } }").replace(authorize, ""),
    ),
    "4:44",
  ],
  "bad-cron": [
    own(
      idle
        .replace(http, "schedule: { cron: '0 0 * *', timeZone: UTC }")
        .replace(authorize, "")
        .replace("required: [id], ", ""),
    ),
    "4:30",
  ],
  "unknown-time-zone": [
    own(
      idle
        .replace(http, "schedule: { cron: '0 0 * * *', timeZone: +01:00 }")
        .replace(authorize, "")
        .replace("required: [id], ", ""),
    ),
    "4:53",
  ],
  "bad-date": [own(`sunset: 2026-02-30\n${idle}`), "1:9"],
  "unlisted-property": [own(idle.replace("required: [id]", "required: [id, ib]")), "6:39"],
  "bad-schema": [own(idle.replace(property, "properties: { id: { type: string, minimum: 1 } }")), "6:8"],
  "default-not-filled": [
    own(idle.replace(property, "default: {}, properties: {}").replace("required: [id], ", "")),
    "6:24",
  ],
  "duplicate-node": [own(`${idle}  - { id: a, type: transform, value: 1 }\n`), "11:11"],
  "unknown-node": [node("type: transform, value: 1, after: [b]"), "10:49"],
  "unknown-transition": [{ [confirm]: [["transition: confirm }", "transition: confirmm }"]] }, "26:110"],
  "no-status": [
    node('type: write, action: transition, entity: Room, key: "${input.id}", transition: confirm'),
    "10:93",
  ],
  "status-written": [
    node('type: write, action: update, entity: Reservation, key: "${input.id}", values: { status: pending }'),
    "10:94",
  ],
  "not-writable": [
    node('type: write, action: update, entity: Reservation, key: "${input.id}", values: { nights: 1 }'),
    "10:94",
  ],
  "missing-value": [node("type: write, action: create, entity: Room, values: {}"), "10:65"],
  "not-erasable": [
    {
      ...node('type: write, action: erase, entity: Guest, key: "${input.id}"'),
      [guest]: [["weight: { type: number, nullable: true }", "weight: { type: number, personal: true }"]],
    },
    "10:35",
  ],
  "nothing-personal": [node('type: write, action: erase, entity: Room, key: "${input.id}"'), "10:35"],
  "duplicate-case": [
    node("type: switch, on: 1 + 0, cases: [{ equals: 1, nodes: [] }, { equals: 1, nodes: [] }]"),
    "10:83",
  ],
  "not-absolute": [node("type: http, method: GET, url: /x"), "10:44"],
  "not-a-path": [node("type: http, provider: housekeeping, method: GET, url: x"), "10:68"],
  "list-parameter": [
    {
      [room]: [
        ["number: { type: string", "limit: { type: integer }\n  number: { type: string"],
        ["kind: Entity", "kind: Entity\nlist: { filterable: [limit] }"],
      ],
    },
    "3:22",
  ],
  "page-of-one": [node('type: read, entity: Room, one: true, page: { after: "${null}" }'), "10:51"],
  "sensitive-cursor": [
    node('type: read, entity: Reservation, sort: [cardToken], limit: 5, page: { after: "${null}" }'),
    "10:76",
  ],
  "optional-needs-one": [node("type: read, entity: Room, optional: true"), "10:40"],
  "unknown-caller": [inScenario("{ subject: anna, roles: [agent] }", "ann"), "10:13"],
  "unknown-input": [
    {
      [scenario]: [
        ["{ id: 0", "{ idd: 0"],
        ["status: 404, problem: not-found", ""],
      ],
    },
    "11:14",
  ],
  "unknown-output": [inScenario("status: 404, problem: not-found", "body: { idd: 1 }"), "12:23"],
  "unknown-matcher": [inScenario("problem: not-found", "body: { id: $uid }"), "12:40"],
  "computed-given": [
    { "entities/hotel.yaml": hotel, ...given("{ entity: Hotel, values: { beds: 1, twice: 2 } }") },
    "7:41",
  ],
};

describe("every spec error is caused, and said where its cause is:", () => {
  it.each(Object.entries(causes))("%s", (code, [changes, place]) => {
    const result = compileDesign(changes, code === "unknown-environment" ? { environment: "production" } : {});
    const found = problems(result).map((problem) => problem.replace(/^[^:]+:/, ""));
    expect(found.join(), JSON.stringify(result.diagnostics, null, 1)).toBe(`${place} ${code}`);
    for (const { message, hint } of result.diagnostics)
      expect(`${message}${hint ?? ""}`).not.toMatch(/undefined|[{]\w+[}]/);
  });

  it("and the fixture itself has none", () => {
    expect(problems(compileDesign({ [guest]: [["weight", "mass"]] }))).toEqual([]);
  });
});
