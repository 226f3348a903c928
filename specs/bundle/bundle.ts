// The compiled specs of a workspace: canonical JSON, digests over closed slices, facts that whoever loads it derives again.
import type { SourcePosition } from "../diagnostic.ts";
import type { Acknowledgement, MigrationAcknowledgement } from "../language/acknowledgement.ts";
import type { Entity } from "../language/entity.ts";
import type { Policy } from "../language/policy.ts";
import type { Scenario } from "../language/scenario.ts";
import type { Tool } from "../language/tool.ts";
import type { Workspace } from "../language/workspace.ts";
import type { FlowPlan } from "./flow-plan.ts";

/** `sha256:` and 64 hex digits, of canonical JSON (RFC 8785). */
export type Digest = string;

/** What one tool's behaviour and risk depend on, and nothing else; closed, so that it can be judged by itself. */
export interface Slice {
  readonly apiVersion: "lintel/v1";
  readonly tool: Tool;
  /** The entities that the flow reads or writes, and those that these refer to for ownership and relations, by name. */
  readonly entities: readonly Entity[];
  /** The policies that apply to the tool, by name. */
  readonly policies: readonly Policy[];
  /** The workspace as the tool sees it: only the providers that its flow names. */
  readonly workspace: Workspace;
}

/** `tools`, `entities` and `policies` are sorted by name. */
export interface Bundle {
  readonly apiVersion: "lintel/v1";
  readonly digest: Digest;
  readonly workspace: Workspace;
  readonly entities: readonly Entity[];
  readonly tools: readonly Tool[];
  readonly policies: readonly Policy[];
  /** Digest of each tool's slice, by tool name. */
  readonly slices: Readonly<Record<string, Digest>>;
  /** Digest of each entity, by name. */
  readonly entityDigests: Readonly<Record<string, Digest>>;
  /** Derived from each tool's flow, by tool name; checked against a fresh derivation when a bundle is opened. */
  readonly plans: Readonly<Record<string, FlowPlan>>;
}

/** Where things stand in the spec files; outside the bundle, so that a moved line changes no digest. */
export interface SourceMap {
  /**
   * Keys are paths of names joined by `/`: `workspace`, `entity/Reservation`, `entity/Reservation/invariants/ends-after-start`,
   * `tool/confirm-reservation`, `tool/confirm-reservation/node/charge`, `tool/confirm-reservation/node/charge/amount`,
   * `policy/NAME`, `acknowledgement/0`, `scenario/NAME/steps/0/expect`. A generated tool's keys stand at its entity's `crud` action.
   */
  readonly positions: Readonly<Record<string, SourcePosition>>;
  /** One of the positions, without finding all the others. */
  readonly find?: (key: string) => SourcePosition | undefined;
}

/** A compiled spec folder. */
export interface CompiledSpecs {
  readonly bundle: Bundle;
  readonly acknowledgements: readonly Acknowledgement[];
  /** Accepted effects of migrations; absent where there are none. */
  readonly migrations?: readonly MigrationAcknowledgement[];
  /** Tests of business rules; outside the bundle. */
  readonly scenarios: readonly Scenario[];
  readonly sources: SourceMap;
}

/** The position of the nearest known ancestor: `a/b/c`, else `a/b`, else `a`. */
export function locate(sources: SourceMap, path: string): SourcePosition | undefined {
  const exact = sources.find === undefined ? sources.positions[path] : sources.find(path);
  if (exact !== undefined) return exact;
  const parent = path.lastIndexOf("/");
  return parent < 0 ? undefined : locate(sources, path.slice(0, parent));
}
