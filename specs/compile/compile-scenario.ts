import type { JsonValue } from "../json.ts";
import type {
  ExpectedRows,
  GivenRow,
  ProviderReply,
  Scenario,
  ScenarioCaller,
  ScenarioDelivery,
  ScenarioExpectation,
  ScenarioStep,
} from "../language/scenario.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Report } from "../load/report.ts";
import { compact } from "./compact.ts";

type AuthoredCaller = Partial<ScenarioCaller>;
type AuthoredReplies = Readonly<Record<string, readonly Partial<ProviderReply>[]>>;
type AuthoredRows = Partial<ExpectedRows> & Pick<ExpectedRows, "entity">;

interface AuthoredStep extends Omit<Partial<ScenarioStep>, "caller" | "providers" | "expect" | "delivery"> {
  readonly tool: string;
  readonly caller?: string | AuthoredCaller;
  readonly providers?: AuthoredReplies;
  readonly delivery?: Partial<ScenarioDelivery>;
  readonly expect?: Omit<Partial<ScenarioExpectation>, "writes"> & { readonly writes?: readonly AuthoredRows[] };
}

interface Authored {
  readonly name: string;
  readonly description?: string;
  readonly why?: string;
  readonly now?: string;
  readonly callers?: Readonly<Record<string, AuthoredCaller>>;
  readonly given?: readonly GivenRow[];
  readonly providers?: AuthoredReplies;
  readonly steps: readonly AuthoredStep[];
}

const defaultNow = "2026-01-01T12:00:00Z";

/** Normalises a scenario; callers that steps name are filled in. */
export function compileScenario(value: JsonValue, report: Report): Scenario {
  const authored = value as unknown as Authored;
  const { callers = {} } = authored;
  return compact<Scenario>({
    name: authored.name,
    description: authored.description,
    why: authored.why,
    now: authored.now ?? defaultNow,
    given: authored.given ?? [],
    providers: repliesOf(authored.providers),
    steps: authored.steps.map((step, index) => compileStep(step, index, callers, report)),
  });
}

function compileStep(
  authored: AuthoredStep,
  index: number,
  callers: Readonly<Record<string, AuthoredCaller>>,
  report: Report,
): ScenarioStep {
  return compact<ScenarioStep>({
    id: authored.id,
    name: authored.name,
    tool: authored.tool,
    at: authored.at,
    caller: callerOf(authored.caller, index, callers, report),
    input: authored.input ?? {},
    headers: authored.headers ?? {},
    idempotencyKey: authored.idempotencyKey,
    delivery: { signature: "valid", ...authored.delivery },
    providers: repliesOf(authored.providers),
    expect: expectationOf(authored.expect),
  });
}

function callerOf(
  caller: string | AuthoredCaller | undefined,
  index: number,
  callers: Readonly<Record<string, AuthoredCaller>>,
  report: Report,
): ScenarioCaller | undefined {
  if (caller === undefined) return undefined;
  const found = typeof caller !== "string" ? caller : Object.hasOwn(callers, caller) ? callers[caller] : undefined;
  if (found !== undefined) return { roles: [], claims: {}, ...found };
  if (typeof caller === "string") {
    const hint = suggestion(caller, Object.keys(callers));
    report("unknown-caller", ["steps", index, "caller"], { name: caller }, { hint });
  }
  return undefined;
}

function repliesOf(authored: AuthoredReplies = {}): Scenario["providers"] {
  return Object.fromEntries(
    Object.entries(authored).map(([provider, replies]) => [
      provider,
      replies.map((reply): ProviderReply => ({ status: 200, headers: {}, ...reply })),
    ]),
  );
}

function expectationOf(authored: AuthoredStep["expect"] = {}): ScenarioExpectation {
  const writes = (authored.writes ?? []).map((rows): ExpectedRows => ({ where: {}, deleted: false, ...rows }));
  return { ...authored, writes };
}
