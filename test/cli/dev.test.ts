import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runCommand } from "@lintel/cli";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const shelves = join(import.meta.dirname, "fixtures/shelves");
let temporary = "";
let folder = "";
/** Not below another temporary folder: PostgreSQL may run as a user who cannot pass through one of root's. */
let data = "";

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "lintel-dev-"));
  data = mkdtempSync(join(tmpdir(), "lintel-dev-data-"));
  folder = join(temporary, "specs");
  cpSync(shelves, folder, { recursive: true });
});

/** The first start makes a database cluster: on a busy machine that takes its time. */
async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(50);
}

afterAll(() => {
  for (const each of [temporary, data]) rmSync(each, { recursive: true, force: true });
});

describe("lintel dev", () => {
  it("serves a folder, serves it again when it changes, keeps the last good version, and ends with Ctrl-C", async () => {
    const written = { out: "", error: "" };
    const ended = runCommand(["dev", folder, "--port", "0", "--data", data], {
      out: (text) => {
        written.out += text;
      },
      error: (text) => {
        written.error += text;
      },
      isTerminal: false,
      now: () => new Date(),
    });
    await waitUntil(() => Promise.resolve(written.out.includes("a call")));
    const url = /listening on (\S+)/u.exec(written.out)?.[1] ?? "";
    const token = (await (await fetch(`${url}/_dev/token?role=agent&sub=anna`)).text()).trim();
    const create = async (body: object): Promise<number> => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
      return (await fetch(`${url}/shelfs`, { method: "POST", headers, body: JSON.stringify(body) })).status;
    };
    expect(await create({ capacity: 3 })).toBe(201);
    expect(await create({ capacity: 3, label: "left" })).toBe(422);
    expect((await fetch(`${url}/_dev/token?role=nobody`)).status).toBe(400);

    const file = join(folder, "entities/shelf.yaml");
    const before = readFileSync(file, "utf8");
    // As editors save: a new file takes the old one's place.
    writeFileSync(`${file}.new`, before.replace("crud:", "  label: { type: string, nullable: true }\ncrud:"));
    renameSync(`${file}.new`, file);
    await waitUntil(async () => (await create({ capacity: 3, label: "left" })) === 201);
    writeFileSync(file, before.replace("integer", "intger"));
    await waitUntil(() => Promise.resolve(written.error.includes("the version before is still served")));
    expect(await create({ capacity: 3, label: "left" })).toBe(201);

    process.emit("SIGINT");
    expect(await ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  }, 90_000);
});
