import type { PolicyConfigSchema } from "@pulumi/policy";
import type { SeenResources } from "../pack/seen-resources.ts";

/** Inputs of a resource. In a preview, reading what is not known yet throws, wherever it is nested. */
export type Props = Readonly<Record<string, unknown>>;

/** One resource of a stack, as the engine registers it. */
export interface CloudResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Props;
  /** Configuration of the provider that makes it, where the engine tells it: defaults of region and labels. */
  readonly provider?: Props;
}

/** What an organization configures about the rule, and what was seen of the stack before the resource. */
export interface CloudContext {
  readonly settings: CloudSettings;
  readonly seen: SeenResources;
}

export interface CloudSettings {
  /** Regions in which resources may be; everywhere when absent. */
  readonly regions?: readonly string[];
  /** Names of the labels that every resource with labels must have; none when absent. */
  readonly labels?: readonly string[];
}

/** Looks at one thing: the text of a violation, or undefined. Apart from the others, so that what is unknown hides nothing else. */
export type Observation = () => string | undefined;

/** A rule about infrastructure that holds whoever made it. Pure; messages never hold a value that could be a secret. */
export interface CloudRule {
  readonly id: string;
  readonly title: string;
  /** Why it hurts in production, in a sentence. */
  readonly rationale: string;
  readonly fix: string;
  readonly severity: "critical" | "high";
  /** `advisory` where the thing is asked for at times; an organization raises it to `mandatory`. */
  readonly enforcement: "mandatory" | "advisory";
  readonly covers: (type: string) => boolean;
  readonly observe: (resource: CloudResource, context: CloudContext) => readonly Observation[];
  /** What can be tightened, as JSON Schema. */
  readonly configuration?: PolicyConfigSchema["properties"];
}

/** What a rule says of a resource; `undecided` is the engine's error where a value is known only in the update. */
export interface CloudVerdict {
  readonly violations: readonly string[];
  readonly undecided?: Error;
}

/** Judges one resource by one rule. */
export function judgeResource(rule: CloudRule, resource: CloudResource, context: CloudContext): CloudVerdict {
  if (!rule.covers(resource.type)) return { violations: [] };
  const outcomes = attempt(() => rule.observe(resource, context));
  if (outcomes instanceof Error) return { violations: [], undecided: outcomes };
  const said = outcomes.map(attempt);
  const violations = said.filter((text) => typeof text === "string");
  const undecided = said.find((text) => text instanceof Error);
  return { violations: [...new Set(violations)], ...(undecided === undefined ? {} : { undecided }) };
}

/** The value, or the error with which the SDK answers for what is not known yet. */
function attempt<T>(read: () => T): T | Error {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return error;
    throw error;
  }
}
