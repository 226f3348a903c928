import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bookings, type Reply, startBookings } from "./start-bookings.ts";

let bookings: Bookings;
let token: string;

const files: Readonly<Record<string, string>> = {
  "entities/club.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Club
fields:
  id: { type: uuid, generated: true }
  cap: { type: integer }
  motto: { type: string, nullable: true }
crud: { create: [agent], update: [agent] }
`,
  "entities/team.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Team
fields:
  id: { type: uuid, generated: true }
  clubId: { ref: Club }
  best: { type: integer }
relationships: { club: { belongsTo: Club, field: clubId } }
crud: { create: [agent], update: [agent] }
`,
  "entities/member.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Member
fields:
  id: { type: uuid, generated: true }
  teamId: { ref: Team }
  level: { type: integer }
relationships: { team: { belongsTo: Team, field: teamId } }
invariants:
  - { name: within-team, expr: this.level <= this.team.best, message: no member is above the team's best }
  - { name: within-club, expr: this.level + 1 <= this.team.club.cap, message: no member is above the club's cap }
crud: { create: [agent], update: [agent], delete: [agent] }
`,
  "tools/lower-teams.yaml": `
apiVersion: lintel/v1
kind: Tool
name: lower-teams
trigger: { http: { method: POST, path: /lower-teams } }
authorize: { roles: [agent] }
input: { type: object, additionalProperties: false, required: [id, member, best, level], properties: { id: { type: string, format: uuid }, member: { type: string, format: uuid }, best: { type: integer }, level: { type: integer } } }
output: { type: object, properties: { best: { type: integer } } }
flow:
  - id: all
    type: transaction
    nodes:
      - { id: team, type: write, action: update, entity: Team, key: "\${input.id}", values: { best: "\${input.best}" } }
      - { id: member, type: write, action: update, after: [team], entity: Member, key: "\${input.member}", values: { level: "\${input.level}" } }
respond: { best: "\${nodes.team.best}" }
`,
  "policies/few.yaml": `{ apiVersion: lintel/v1, kind: Policy, name: few, tools: [update-team], budget: { rows: 6 } }`,
};

beforeAll(async () => {
  bookings = await startBookings({ files });
  token = await bookings.agent();
});

afterAll(async () => {
  await bookings.stop();
});

async function add(path: string, body: object): Promise<string> {
  const { status, body: answer } = await bookings.call("POST", path, { token, body });
  expect(status).toBe(201);
  return String(answer["id"]);
}

function change(path: string, body: object): Promise<Reply> {
  return bookings.call("PATCH", path, { token, body });
}

interface Standing {
  readonly club: string;
  readonly team: string;
  readonly member: string;
}

/** A club with a cap of 10, a team whose best is 8, a member at level 5. */
async function begin(): Promise<Standing> {
  const club = await add("/clubs", { cap: 10 });
  const team = await add("/teams", { clubId: club, best: 8 });
  return { club, team, member: await add("/members", { teamId: team, level: 5 }) };
}

const broken = (name: string): object => {
  const detail = expect.stringContaining(`Member.${name}: `) as string;
  return { status: 422, body: { code: "invariant-violated", detail } };
};

describe("an invariant that reads another row", () => {
  test("holds when that row changes", async () => {
    const { team } = await begin();
    expect(await change(`/teams/${team}`, { best: 4 })).toMatchObject(broken("within-team"));
    const { rows } = await bookings.superuser.query("SELECT best::integer FROM app.team WHERE id = $1", [team]);
    expect(rows).toEqual([{ best: 8 }]);
    expect((await change(`/teams/${team}`, { best: 5 })).status).toBe(200);
  });

  test("holds when a row two references away changes", async () => {
    const { club } = await begin();
    expect(await change(`/clubs/${club}`, { cap: 5 })).toMatchObject(broken("within-club"));
    expect((await change(`/clubs/${club}`, { cap: 6 })).status).toBe(200);
  });

  test("holds when a row in between refers to another one", async () => {
    const { team } = await begin();
    const small = await add("/clubs", { cap: 3 });
    expect(await change(`/teams/${team}`, { clubId: small })).toMatchObject(broken("within-club"));
    const large = await add("/clubs", { cap: 30 });
    expect((await change(`/teams/${team}`, { clubId: large })).status).toBe(200);
  });

  test("is judged by the last state of all rows", async () => {
    const { team, member } = await begin();
    const body = { id: team, member, best: 2, level: 2 };
    expect(await bookings.call("POST", "/lower-teams", { token, body })).toMatchObject({ status: 200 });
    const wrong = { ...body, best: 1 };
    expect((await bookings.call("POST", "/lower-teams", { token, body: wrong })).status).toBe(422);
  });

  test("does not bind deleted rows", async () => {
    const { team, member } = await begin();
    expect((await bookings.call("DELETE", `/members/${member}`, { token })).status).toBe(200);
    expect((await change(`/teams/${team}`, { best: 0 })).status).toBe(200);
  });

  test("counts the rows that it looks at, and looks at none where nothing that they read has changed", async () => {
    const { team } = await begin();
    for (let level = 0; level < 4; level += 1) await add("/members", { teamId: team, level });
    // One is read, one written, five depend on it.
    expect(await change(`/teams/${team}`, { best: 9 })).toMatchObject({ body: { code: "budget-exceeded" } });
    expect((await change(`/teams/${team}`, { best: 8 })).status).toBe(200);
  });
});

test("where too many rows depend on a change, it is refused and not half checked", async () => {
  const { club, team } = await begin();
  await bookings.superuser.query(
    "INSERT INTO app.member (id, team_id, level) SELECT gen_random_uuid(), $1, 0 FROM generate_series(1, 10000)",
    [team],
  );
  expect(await change(`/clubs/${club}`, { cap: 9 })).toMatchObject({ status: 422, body: { code: "too-many-rows" } });
  expect((await change(`/clubs/${club}`, { motto: "more" })).status).toBe(200);
});
