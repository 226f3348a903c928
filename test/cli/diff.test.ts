import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommand } from "@lintel/cli";
import { canonicalJson, type JsonSchema, type JsonValue } from "@lintel/specs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schemaCompiler } from "../../executor/boot/compile-schema.ts";
import { type Changes, changedFiles, compileBase } from "../specs/diff/base-specs.ts";

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function lintel(args: readonly string[], today = "2026-06-01"): Promise<Run> {
  let [out, error] = ["", ""];
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    isTerminal: false,
    now: () => new Date(`${today}T12:00:00Z`),
  });
  return { code, out, error };
}

let temporary = "";

function folder(name: string, changes: Changes = {}): string {
  for (const [path, text] of Object.entries(changedFiles(changes))) {
    const file = join(temporary, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(temporary, name);
}

const tool = "tools/rename-ticket.yaml";
const lostRole: Changes = { [tool]: [["[agent, customer]", "[agent]"]] };
const moreRows: Changes = { "policies/calm.yaml": [["rows: 100", "rows: 200"]] };
const lessTime: Changes = { "workspace.yaml": [["executionTime: 20s", "executionTime: 10s"]] };

function git(cwd: string, ...args: readonly string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.test", "-c", "commit.gpgsign=false"];
  execFileSync("git", [...identity, ...args], { cwd, stdio: "ignore" });
}

beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "lintel-diff-test-"));
});

afterAll(() => {
  rmSync(temporary, { recursive: true });
});

describe("lintel diff", () => {
  it("ends with 0 where nothing breaks and with 30 where something does, at its file and line", async () => {
    const old = folder("old");
    expect(await lintel(["diff", old, folder("same")])).toMatchObject({ code: 0 });
    expect(await lintel(["diff", old, folder("more", moreRows)])).toMatchObject({ code: 0 });
    const { code, out } = await lintel(["diff", old, folder("lost", lostRole)]);
    expect(code).toBe(30);
    expect(out).toContain(
      "rename-ticket.yaml:7 tool rename-ticket: role customer may not call it any more [role-lost-access]",
    );
    expect(out.split("\n")[0]).toMatch(/^breaking /u);
    expect(out).toMatch(/\n1 breaking change, 1 warning, 0 other changes from /u);
  });

  it("takes --fail-on: a warning fails where it is asked to, and nothing does where nothing is to", async () => {
    const [old, next, lost] = [folder("old"), folder("less", lessTime), folder("lost", lostRole)];
    expect((await lintel(["diff", old, next])).code).toBe(0);
    expect((await lintel(["diff", old, next, "--fail-on", "warning"])).code).toBe(30);
    expect((await lintel(["diff", old, lost, "--fail-on", "none"])).code).toBe(0);
  });

  it("prints JSON that matches its published schema", async () => {
    const { out } = await lintel(["diff", folder("old"), folder("lost", lostRole), "--format", "json"]);
    const schema = readFileSync(join(import.meta.dirname, "../../cli/diff/diff-report.schema.json"), "utf8");
    expect(schemaCompiler()(JSON.parse(schema) as JsonSchema)(JSON.parse(out) as JsonValue)).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      counts: { breaking: 1, warning: 1, info: 0 },
      changes: [{ rule: "role-lost-access", kind: "tool", name: "rename-ticket", before: "customer", line: 7 }, {}],
    });
  });

  it("prints Markdown in which names from the specs mark up nothing", async () => {
    const odd = folder("odd", {
      "workspace.yaml": [["values: { holdHours: 24 }", 'values: { holdHours: "|<b>@all`" }']],
    });
    const { out } = await lintel(["diff", folder("old"), odd, "--format", "markdown"]);
    expect(out).toContain("| 🟡 | workspace `desk`<br>");
    expect(out).toContain("\\|&lt;b&gt;@\u2060all\\`");
  });

  it("compares bundle files, and proves them first", async () => {
    const bundle = compileBase();
    const [good, forged] = [join(temporary, "bundle.json"), join(temporary, "forged.json")];
    writeFileSync(good, canonicalJson(bundle));
    writeFileSync(forged, canonicalJson({ ...bundle, tools: bundle.tools.slice(1) }));
    expect(await lintel(["diff", good, folder("lost", lostRole)])).toMatchObject({ code: 30 });
    const refused = await lintel(["diff", forged, folder("old")]);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.error).toContain("forged.json: the bundle says digest");
  });

  it("compares a folder with itself at a revision, links left out, and reads any revision's folder", async () => {
    const specs = folder("repository/specs");
    const top = join(temporary, "repository");
    git(top, "init", "-q");
    git(top, "add", ".");
    git(top, "commit", "-q", "-m", "one");
    expect(await lintel(["diff", specs, "--against", "HEAD"])).toMatchObject({ code: 0 });
    folder("repository/specs", lostRole);
    const { code, out } = await lintel(["diff", specs, "--against", "HEAD"]);
    expect(code).toBe(30);
    expect(out).toContain("1 breaking change");
    const { error } = await lintel(["diff", specs, "--against", "nowhere"]);
    expect(error).toBe("lintel: git knows no revision nowhere here\n");
    expect((await lintel(["diff", specs, "--against", "--output=x"])).code).toBe(3);
  });

  it("finds the only workspace below a folder and below a tree of git, and asks which one of several", async () => {
    const top = join(temporary, "nested");
    const specs = folder("nested/shop/specs");
    git(top, "init", "-q");
    git(top, "add", ".");
    git(top, "commit", "-q", "-m", "one");
    folder("nested/shop/specs", lostRole);
    const against = await lintel(["diff", top, "--against", "HEAD"]);
    expect(against.code).toBe(30);
    expect(against.out).toContain(`${join(specs, tool)}:7`);
    expect((await lintel(["diff", top, top])).code).toBe(0);
    const before = process.cwd();
    try {
      process.chdir(top);
      for (const path of [".", "./", "", "shop", "shop/specs/"]) {
        expect(await lintel(["diff", `git:HEAD:${path}`, "."]), path).toMatchObject({ code: 30 });
      }
      const { code, error } = await lintel(["diff", "git:HEAD:nowhere", "."]);
      expect([code, error]).toEqual([
        3,
        expect.stringContaining("there is no nowhere at HEAD; paths are counted from"),
      ]);
      expect(error).not.toContain("shallow");
      const file = await lintel(["diff", "git:HEAD:shop/specs/workspace.yaml", "."]);
      expect(file.error).toBe("lintel: shop/specs/workspace.yaml at HEAD is a file; name a folder\n");
      folder("nested/other");
      git(top, "add", ".");
      git(top, "commit", "-q", "-m", "two");
      expect(await lintel(["diff", "git:HEAD:.", "shop"])).toMatchObject({ code: 2 });
      expect((await lintel(["diff", ".", "shop"])).error).toMatch(
        /several workspaces; name one:\n {2}other\n {2}shop\/specs\n/u,
      );
    } finally {
      process.chdir(before);
    }
  });

  it("blames a shallow clone where it is one", async () => {
    const specs = folder("deep/specs");
    const top = join(temporary, "deep");
    git(top, "init", "-q");
    git(top, "add", ".");
    git(top, "commit", "-q", "-m", "one");
    git(top, "commit", "-q", "--allow-empty", "-m", "two");
    git(temporary, "clone", "-q", "--depth", "1", `file://${top}`, "shallow");
    const { error } = await lintel(["diff", join(temporary, "shallow/specs"), "--against", "HEAD~1"]);
    expect(error).toBe(
      "lintel: git knows no revision HEAD~1 here; this clone is shallow, so git fetch must bring it first\n",
    );
    expect((await lintel(["diff", specs, "--against", "HEAD~1"])).code).toBe(0);
  });

  it("honours a sunset date as of the day on which it is asked", async () => {
    const sunset: Changes = { [tool]: [["version: 1.0.0", 'version: 1.0.0\nsunset: "2026-06-01"']] };
    const [old, next] = [
      folder("sunset", sunset),
      folder("gone", { "policies/calm.yaml": [["tools: [rename-ticket]\n", ""]] }),
    ];
    rmSync(join(next, tool));
    expect((await lintel(["diff", old, next], "2026-06-01")).out).toContain("[tool-removed-before-sunset]");
    expect((await lintel(["diff", old, next], "2026-06-02")).out).toContain("[tool-removed-after-sunset]");
  });

  it("takes --notice, in days, for a first sunset date", async () => {
    const near: Changes = { [tool]: [["version: 1.0.0", 'version: 1.0.0\nsunset: "2026-06-20"']] };
    const [old, next] = [folder("old"), folder("near", near)];
    expect((await lintel(["diff", old, next])).out).toContain("[sunset-too-soon]");
    expect((await lintel(["diff", old, next, "--notice", "7"])).out).not.toContain("[sunset-too-soon]");
    expect((await lintel(["diff", old, next, "--notice", "soon"])).code).toBe(2);
  });

  it("says which side does not compile, is missing, or is one too many", async () => {
    const bad = folder("bad", { [tool]: [["roles: [agent, customer]", "roles: [agnet]"]] });
    const old = folder("old");
    const refused = await lintel(["diff", old, bad]);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.error).toMatch(/bad does not compile\n.*tools\/rename-ticket\.yaml:7:\d+ error unknown-role /u);
    expect(refused.error).toContain('hint: did you mean "agent"?');
    expect(await lintel(["diff", old, join(temporary, "nowhere")])).toMatchObject({ code: 3 });
    expect(await lintel(["diff", old])).toMatchObject({ code: 2 });
    expect(await lintel(["diff", old, old, old])).toMatchObject({ code: 2 });
  });
});
