// What one preview of the engine showed. The SDK's typings of its events lag behind the engine: what is read is written down here.

/** A resource as the program registers it, or as the state has it when it is deleted. */
export interface ObservedResource {
  readonly urn: string;
  readonly type: string;
  readonly operation: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Property paths that change, or that force a replacement. */
  readonly paths: readonly string[];
}

export interface PolicyMessage {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
  readonly isMandatory: boolean;
}

export interface EngineRun {
  readonly resources: readonly ObservedResource[];
  readonly messages: readonly PolicyMessage[];
  /** By URN, the policies of the pack that judged the resource, whatever they said. */
  readonly judged: ReadonlyMap<string, ReadonlySet<string>>;
  /** Version of the Lintel pack that ran; undefined when none did. */
  readonly packVersion?: string;
  readonly errors: readonly string[];
  readonly hasFailed: boolean;
}

/** Name under which the pack of this repository serves. */
export const packName = "lintel";

/** One event of `pulumi preview --event-log`, as far as it is read. */
export interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata } | undefined;
  readonly policyEvent?: RawPolicyEvent | undefined;
  readonly policyAnalyzeSummaryEvent?: RawSummary | undefined;
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string } | undefined;
  readonly summaryEvent?: { readonly PolicyPacks?: Readonly<Record<string, string>> } | undefined;
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly keys?: readonly string[] | null;
  readonly diffs?: readonly string[] | null;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
  readonly old?: { readonly inputs?: Readonly<Record<string, unknown>> } | null;
  readonly new?: { readonly inputs?: Readonly<Record<string, unknown>> } | null;
}

interface RawPolicyEvent {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly policyPackName: string;
  readonly enforcementLevel: string;
}

interface RawSummary {
  readonly resourceUrn: string;
  readonly policyPackName: string;
  readonly policyPackVersion: string;
  readonly passed?: readonly string[] | null;
  readonly failed?: readonly string[] | null;
}

/** Folds the events of a preview; `failure` is what the engine's process ended with. */
export function foldEvents(events: readonly EngineEvent[], failure: string | undefined): EngineRun {
  const own = events.flatMap(({ policyAnalyzeSummaryEvent: summary }) =>
    summary?.policyPackName === packName ? [summary] : [],
  );
  const version = own[0]?.policyPackVersion ?? loadedVersion(events);
  return {
    resources: events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent === undefined ? [] : [observed(resourcePreEvent.metadata)],
    ),
    messages: events.flatMap(({ policyEvent }) =>
      policyEvent?.policyPackName === packName ? [said(policyEvent)] : [],
    ),
    judged: judgedBy(own),
    ...(version === undefined ? {} : { packVersion: version }),
    errors: errorsOf(events, failure),
    hasFailed: failure !== undefined,
  };
}

function observed({ op, urn, type, keys, diffs, detailedDiff, old, new: next }: StepMetadata): ObservedResource {
  const forced = op.includes("replace") && keys?.length ? keys : undefined;
  const paths = forced ?? (detailedDiff ? Object.keys(detailedDiff) : (diffs ?? []));
  return { urn, type, operation: op, inputs: next?.inputs ?? old?.inputs ?? {}, paths };
}

/** The engine puts the policy's description on a line of its own before what the policy said. */
function said({ policyName, resourceUrn, message, enforcementLevel }: RawPolicyEvent): PolicyMessage {
  const [first = "", ...rest] = message.trim().split("\n");
  const text = rest.length === 0 ? first : rest.join("\n").trim();
  return { policy: policyName, urn: resourceUrn ?? "", message: text, isMandatory: enforcementLevel === "mandatory" };
}

function judgedBy(summaries: readonly RawSummary[]): ReadonlyMap<string, ReadonlySet<string>> {
  const judged = new Map<string, Set<string>>();
  for (const { resourceUrn, passed, failed } of summaries) {
    const policies = judged.get(resourceUrn) ?? new Set<string>();
    for (const policy of [...(passed ?? []), ...(failed ?? [])]) policies.add(policy);
    judged.set(resourceUrn, policies);
  }
  return judged;
}

/** Keys are `NAME|local|FOLDER` or `NAME`. */
function loadedVersion(events: readonly EngineEvent[]): string | undefined {
  const packs = Object.entries(events.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent?.PolicyPacks ?? {});
  return packs.find(([key]) => key.split("|")[0] === packName)?.[1];
}

/** The process's own words are the last resort: they repeat everything that was printed. */
function errorsOf(events: readonly EngineEvent[], failure: string | undefined): readonly string[] {
  const said = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [diagnosticEvent.message.trim()] : [],
  );
  const unique = [...new Set(said)].filter((message) => message !== "");
  if (unique.length > 0 || failure === undefined) return unique;
  const printed = failure.split("\n").filter((line) => /^\s*error: /.test(line));
  return printed.length > 0 ? [...new Set(printed.map((line) => line.trim().replace(/^error: /, "")))] : [];
}
