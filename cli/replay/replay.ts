import { createLogger, type Replay, readSettings, replayExecution, SettingsError } from "@lintel/executor";
import type { JsonValue } from "@lintel/specs";
import type { Console } from "../console.ts";
import { exitCodes } from "../exit-codes.ts";
import { UsageError } from "../usage-error.ts";

export interface ReplayCommandOptions {
  readonly database?: string;
  readonly format: "text" | "json";
  readonly values: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `lintel replay`: resolves to the exit code. @throws UsageError where the trace cannot be read */
export async function replayCommandLine(
  execution: string,
  { database, format, values }: ReplayCommandOptions,
  environment: Environment,
  console: Console,
): Promise<number> {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(execution)) {
    throw new UsageError(`${JSON.stringify(execution)} is no execution's id, which is a uuid`);
  }
  const url = database ?? environment["LINTEL_DATABASE_URL"] ?? "";
  if (url === "") throw new UsageError("no database; name one by --database or LINTEL_DATABASE_URL");
  const replayed = await read(execution.toLowerCase(), { ...environment, LINTEL_DATABASE_URL: url });
  const shown = values ? replayed : withoutValues(replayed);
  console.out(format === "json" ? `${JSON.stringify({ version: 1, execution, ...shown })}\n` : textOf(shown));
  return codes[replayed.outcome];
}

const codes: Readonly<Record<Replay["outcome"], number>> = {
  same: exitCodes.green,
  different: exitCodes.failed,
  incomplete: exitCodes.failed,
  sealed: exitCodes.usage,
  unfinished: exitCodes.usage,
  "not-traced": exitCodes.nothing,
};

async function read(execution: string, environment: Environment): Promise<Replay> {
  try {
    return await replayExecution(execution, readSettings(environment), createLogger("silent"));
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "42501") {
      throw new UsageError("the database's user may not read traces; use the executor's identity, not the admin's");
    }
    if (code === "42P01" || code === "3F000")
      throw new UsageError(
        "there are no traces in this database; name the workspace's database, migrated by this version",
      );
    if (/^(?:E[A-Z]+|08\w{3}|28\w{3}|3D000|57P0\w)$/u.test(code)) {
      throw new UsageError(`the database cannot be reached: ${code}`);
    }
    throw error;
  }
}

/** Without what callers, rows and providers said. */
function withoutValues(replayed: Replay): Replay | Omit<Replay, "input" | "recorded" | "replayed"> {
  if (!("input" in replayed)) return replayed;
  const { input: _, recorded, replayed: again, ...rest } = replayed;
  return { ...rest, recorded: statusOf(recorded), replayed: statusOf(again) };
}

function statusOf(answer: JsonValue): JsonValue {
  return typeof answer === "object" && answer !== null && "status" in answer
    ? { status: answer["status"] ?? null }
    : null;
}

function textOf(shown: ReturnType<typeof withoutValues>): string {
  return `${Object.entries(shown)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n")}\n`;
}
