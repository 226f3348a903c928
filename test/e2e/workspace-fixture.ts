// A small workspace for tests of the components: every trigger, a secret, one tool of each colour on demand.
import type { Stack } from "./stack-harness.ts";

/** Files of a spec folder, below `specs/`. */
export const specFiles: Readonly<Record<string, string>> = {
  "specs/workspace.yaml": `apiVersion: lintel/v1
kind: Workspace
name: notes
region: europe-west1
roles: [writer]
auth: { issuer: https://login.example.com, audience: notes, roleClaim: roles }
providers:
  archive: { type: http, baseUrl: https://archive.example.com, secret: archive-key, idempotencyKeys: true }
defaults: { timeout: 5s, retry: { maxAttempts: 3, backoff: exponential, initialDelay: 200ms, maxDelay: 5s }, pageSize: 50 }
`,
  "specs/entities/note.yaml": `apiVersion: lintel/v1
kind: Entity
name: Note
fields:
  id: { type: uuid, generated: true }
  text: { type: string, required: true }
`,
  "specs/tools/write-note.yaml": `apiVersion: lintel/v1
kind: Tool
name: write-note
description: Keeps a note.
trigger: { http: { method: POST, path: /notes } }
authorize: { roles: [writer] }
input: { type: object, additionalProperties: false, required: [text], properties: { text: { type: string } } }
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: keep
    type: transaction
    nodes:
      - { id: note, type: write, action: create, entity: Note, values: { text: "\${input.text}" } }
respond: { id: "\${nodes.note.id}" }
`,
  "specs/tools/archive-notes.yaml": `apiVersion: lintel/v1
kind: Tool
name: archive-notes
description: Tells the archive every night.
trigger: { schedule: { cron: "0 3 * * *", timeZone: Europe/Berlin } }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, properties: {} }
flow:
  - { id: tell, type: http, provider: archive, method: POST, url: /nightly, body: {} }
respond: {}
`,
};

/** A tool with two Red findings: a write outside a transaction, and one of rows of which none is named. */
export const redTool = `apiVersion: lintel/v1
kind: Tool
name: wipe-notes
description: Blanks every note.
trigger: { http: { method: POST, path: /wipe } }
authorize: { roles: [writer] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, properties: {} }
flow:
  - { id: wipe, type: write, action: delete, entity: Note, where: { text: { eq: gone } }, limit: 10 }
respond: {}
`;

/** A tool with a Yellow finding: SQL that reads. Judging it takes PostgreSQL's parser. */
export const yellowTool = `apiVersion: lintel/v1
kind: Tool
name: count-notes
description: Counts the notes.
trigger: { http: { method: GET, path: /notes/count } }
authorize: { roles: [writer] }
input: { type: object, additionalProperties: false, properties: {} }
output: { type: object, properties: {} }
flow:
  - { id: count, type: sql, statement: "select count(*) as notes from app.note", limit: 1 }
respond: {}
`;

/** A program with one workspace; `more` are further arguments as source text. */
export function program(more = "", name = "notes"): string {
  return `import { Workspace } from "@lintel/components";
import { Config } from "@pulumi/pulumi";

const config = new Config("lintel");
const workspace = new Workspace("${name}", {
  specs: "specs",
  project: "lintel-test",
  region: "europe-west1",
  image: config.require("image"),
  secrets: { "archive-key": { value: "s3cret" } },
  deletionProtection: config.getBoolean("deletionProtection") ?? false,
  ${more}
});
export const url = workspace.url;
export const digest = workspace.digest;
export const level = workspace.level;
`;
}

/** What stands in for the executor where a test is about infrastructure: it migrates, starts and answers its environment. */
const standIn = `import { createServer } from "node:http";
import { existsSync } from "node:fs";
if (process.argv[2] === "migrate") process.exit(existsSync("migration-fails") ? 1 : 0);
if (existsSync("start-fails")) process.exit(1);
const names = ["LINTEL_BUNDLE_DIGEST", "LINTEL_SECRET_ARCHIVE_KEY", "LINTEL_DATABASE_HOST", "LINTEL_AUDIENCE", "LINTEL_TRACE_KEY", "LINTEL_AUDIT_KEY", "LINTEL_ADMIN_DATABASE_USER"];
createServer((request, response) => {
  console.log(request.method, request.url);
  response.end(JSON.stringify({ path: request.url, environment: Object.fromEntries(names.map((name) => [name, process.env[name]])) }));
}).listen(Number(process.env.PORT));
process.on("SIGTERM", () => process.exit(0));
`;

/** Writes the stand-in as an image and answers its reference; `files` may hold `migration-fails` and `start-fails`. */
export function standInImage(stack: Stack, name = "stand-in", files: Readonly<Record<string, string>> = {}): string {
  return stack.writeImage(name, { "main.mjs": standIn, ...files }, ["node", "main.mjs"]);
}
