// The log of the night said `error: {}`: the one line that mattered had been made by JSON.stringify(error).
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger } from "../../executor/index.ts";
import { startProcess } from "../executor/start-process.ts";
import { waitUntil } from "../executor/wait-until.ts";
import { linesOf, startWorkspace, type Workspace } from "./start-workspace.ts";

let workspace: Workspace;
let token: string;

/** What must not be in any line. */
const sensitive = ["tok-3141592653", "provider-raw-answer-2718", "housekeeping-secret", "sk_test", "carla@example.com"];

beforeAll(async () => {
  workspace = await startWorkspace();
  token = await workspace.agent();
});

afterAll(async () => {
  await workspace.stop();
});

interface Logged {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: Logged;
  readonly errors?: readonly Logged[];
}

function logged(thrown: unknown): Logged {
  const lines: string[] = [];
  createLogger("info", { write: (line: string) => void lines.push(line) }).error({ error: thrown }, "it failed");
  expect(lines).toHaveLength(1);
  return (JSON.parse(lines[0] ?? "{}") as { readonly error: Logged }).error;
}

/** The error and all that led to it is named; where it was made, too, but for what the platform makes without a place. */
function tellsOfItself(error: Logged): void {
  expect(error.stack).toMatch(/^ *at /mu);
  for (const { name, message, stack } of withCauses(error)) {
    for (const text of [name, message, stack]) expect(text).toMatch(/\w/u);
  }
}

function withCauses(error: Logged): readonly Logged[] {
  const inner = [...(error.cause === undefined ? [] : [error.cause]), ...(error.errors ?? [])];
  return [error, ...inner.flatMap(withCauses)];
}

class OrderError extends Error {
  override readonly name = "OrderError";
}

const loop = new Error("round");
loop.cause = loop;
const hostile = Object.defineProperty(new Error("kept"), "message", {
  get: () => {
    throw new Error("not to be read");
  },
});
const thrown: Readonly<Record<string, Error>> = {
  "an Error": new Error("plain"),
  "an error of its own class": new OrderError("no such order"),
  "an error without a message": new Error(""),
  "a chain of causes": new Error("outer", { cause: new TypeError("middle", { cause: new RangeError("inner") }) }),
  "a cause that is its own": loop,
  "several at once": new AggregateError([new Error("first"), new TypeError("second")], "all failed"),
  "an error of the platform": new DOMException("too late", "TimeoutError"),
};

describe("an error in the log", () => {
  test.each(Object.entries(thrown))("has its kind, its message and where it was made: %s", (_name, error) => {
    const line = logged(error);
    tellsOfItself(line);
    expect(line.name).toBe(error.name);
    if (error.message !== "") expect(line.message).toBe(error.message);
  });

  test("has all that led to it, and ends", () => {
    expect(logged(thrown["a chain of causes"])).toMatchObject({
      cause: { name: "TypeError", message: "middle", cause: { name: "RangeError", message: "inner" } },
    });
    expect(logged(thrown["several at once"]).errors).toMatchObject([{ message: "first" }, { message: "second" }]);
    expect(JSON.stringify(logged(loop)).length).toBeLessThan(30_000);
  });

  test.each([undefined, null, "tok-3141592653", 42, {}, { token: "tok-3141592653" }, ["tok-3141592653"], Symbol("x")])(
    "says so where what was thrown is none, and keeps its content out (%o)",
    (value) => {
      const lines: string[] = [];
      const log = createLogger("info", { write: (line: string) => void lines.push(line) });
      log.error({ error: value ?? new Error("nothing", { cause: value }) }, "it failed");
      expect(lines.join("")).toMatch(/"name":"[A-Za-z]+","message":"[^"]+"/u);
      expect(lines.join("")).not.toMatch(/tok-3141592653|\{\}/u);
    },
  );

  test("is a line also where it cannot be read", () => {
    expect(logged(hostile)).toMatchObject({ name: "object", message: "an error that cannot be read was thrown" });
  });

  test("is described as well where it is logged by itself", () => {
    const lines: string[] = [];
    createLogger("info", { write: (line: string) => void lines.push(line) }).error(new OrderError("alone"));
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ err: { name: "OrderError", message: "alone" } });
  });

  test("keeps what a driver or a parser quotes to itself", () => {
    const driver = Object.assign(new Error('duplicate key (email)=("carla@example.com")'), {
      severity: "ERROR",
      code: "23505",
    });
    expect(logged(driver)).toMatchObject({ name: "Error", message: "PostgreSQL answered 23505" });
    const parser = (() => {
      try {
        return JSON.parse("carla@example.com") as Error;
      } catch (error) {
        return error as Error;
      }
    })();
    expect(parser.message).toContain("carla");
    for (const error of [driver, parser]) {
      tellsOfItself(logged(error));
      expect(JSON.stringify(logged(new Error("outer", { cause: error })))).not.toContain("carla");
    }
  });
});

/** Lines about the call that hold an error. */
function errorsOf(execution: string | null): readonly Logged[] {
  return linesOf(workspace)
    .filter((line) => line["execution"] === execution)
    .flatMap(({ error }) => (error === undefined ? [] : [error as Logged]));
}

const account = { owner: "carla", token: "tok-3141592653" };

describe("a call that fails", () => {
  test("because of the database is logged with its SQLSTATE", async () => {
    await workspace.superuser.query("ALTER TABLE app.account RENAME TO hidden");
    const reply = await workspace.call("POST", "/accounts", { token, body: account });
    await workspace.superuser.query("ALTER TABLE app.hidden RENAME TO account");
    expect(reply.status).toBe(500);
    const errors = errorsOf(reply.headers.get("lintel-execution"));
    expect(errors).toMatchObject([{ code: "42P01" }]);
    errors.forEach(tellsOfItself);
  });

  test.each([
    ["answers 500", { status: 500, raw: "provider-raw-answer-2718" }],
    ["answers no JSON", { status: 200, raw: "provider-raw-answer-2718" }],
    ["answers another shape", { status: 200, body: { secret: "provider-raw-answer-2718" } }],
    ["drops the connection", "reset"],
    ["never answers", "hang"],
  ] as const)("because a service %s is logged with what it rests on", async (_name, behaviour) => {
    workspace.housekeeping.answer("GET /v1/staff", behaviour);
    workspace.housekeeping.answer("GET /v1/weather", { status: 200, body: { sky: "blue" } });
    const reply = await workspace.call("GET", "/housekeeping", { token });
    expect(reply.status).toBeGreaterThanOrEqual(502);
    const errors = errorsOf(reply.headers.get("lintel-execution"));
    expect(errors).toMatchObject([{ name: "ExecutionError" }]);
    errors.forEach(tellsOfItself);
  });

  test("in a node without which it goes on is logged too", async () => {
    workspace.housekeeping.answer("GET /v1/staff", { status: 200, body: { count: 1 } });
    workspace.housekeeping.answer("GET /v1/weather", "reset");
    const reply = await workspace.call("GET", "/housekeeping", { token });
    expect(reply.status).toBe(200);
    const errors = errorsOf(reply.headers.get("lintel-execution"));
    expect(errors).toHaveLength(1);
    errors.forEach(tellsOfItself);
  });

  test.each([
    ["payment", "/orders", { number: "1" }],
    ["email", "/notifications", { to: "carla@example.com" }],
  ])("because of its %s provider is logged", async (_name, path, body) => {
    const reply = await workspace.call("POST", path, { token, body });
    expect(reply.status).toBe(502);
    const errors = errorsOf(reply.headers.get("lintel-execution"));
    expect(errors.length).toBeGreaterThan(0);
    errors.forEach(tellsOfItself);
  });

  test("because its record cannot be written is logged", async () => {
    const user = new URL(workspace.environment["LINTEL_DATABASE_URL"] ?? "").username;
    const role = `"${decodeURIComponent(user)}"`;
    await workspace.superuser.query(`REVOKE INSERT ON lintel.audit_log FROM ${role}`);
    const reply = await workspace.call("POST", "/accounts", { token, body: account });
    await workspace.superuser.query(`GRANT INSERT ON lintel.audit_log TO ${role}`);
    expect(reply.status).toBe(500);
    const errors = errorsOf(reply.headers.get("lintel-execution"));
    expect(errors.length).toBeGreaterThan(0);
    errors.forEach(tellsOfItself);
  });

  test("because its connection is cut is logged", async () => {
    await workspace.superuser.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lintel%'",
    );
    await waitUntil(() => Promise.resolve(workspace.logs.some((line) => line.includes("connection broke"))));
  });
});

test("what nobody awaited ends the process with one line that tells of it, and nothing of what it held", async () => {
  const main = join(import.meta.dirname, "..", "..", "executor", "main.ts");
  const trouble =
    "process.on('SIGUSR2', () => void Promise.reject(Object.assign(new Error('Key (token)=(tok-' + 3141592653), { severity: 'ERROR', code: '23505', detail: 'tok-' + 3141592653 })))";
  const running = await startProcess(main, {
    ...workspace.environment,
    NODE_OPTIONS: `--import ${JSON.stringify(`data:text/javascript,${encodeURIComponent(trouble)}`)}`,
  });
  await running.end("SIGUSR2");
  expect(await running.exited).toBe(1);
  const last = JSON.parse(running.output().trim().split("\n").at(-1) ?? "") as Readonly<Record<string, unknown>>;
  expect(last).toMatchObject({ severity: "CRITICAL", error: { message: "PostgreSQL answered 23505" } });
  expect(running.output()).not.toContain("tok-3141592653");
});

test("no line of all this is empty of what happened, or holds what is sensitive", () => {
  const text = workspace.logs.join("");
  expect(linesOf(workspace).filter(({ error }) => error !== undefined).length).toBeGreaterThan(8);
  expect(text).not.toContain("{}");
  for (const secret of sensitive) expect(text).not.toContain(secret);
});
