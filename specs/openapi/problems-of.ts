// Decision: rather one problem too many than one too few, as every answer is held against the document that is made of these.
import type { Bundle } from "../bundle/bundle.ts";
import { allNodes } from "../bundle/flow-plan.ts";
import { appliesTo, sliceOf } from "../bundle/slice.ts";
import type { Entity } from "../language/entity.ts";
import type { FlowNode, WriteNode } from "../language/flow.ts";
import type { Authorization, Tool } from "../language/tool.ts";
import { effectOf, isExternal } from "../nodes/index.ts";
import { type ProblemCode, problemStatuses } from "./problem-codes.ts";

/** Codes of the problems that a tool can answer, in the order of the catalogue. */
export function problemsOf(tool: Tool, bundle: Bundle): readonly ProblemCode[] {
  const found = new Set<ProblemCode>([
    ...always,
    ...bodyProblems(tool),
    ...callerProblems[tool.authorize.type],
    ...rateProblems(tool, bundle),
    ...repetitionProblems(tool),
    ...policyProblems(tool, bundle),
    ...flowProblems(tool, bundle),
  ]);
  return (Object.keys(problemStatuses) as readonly ProblemCode[]).filter((code) => found.has(code));
}

const always: readonly ProblemCode[] = [
  "malformed-request",
  "request-timeout",
  "headers-too-large",
  "invalid-input",
  "invalid-value",
  "evaluation-failed",
  "budget-exceeded",
  "execution-timeout",
  "output-mismatch",
  "internal-error",
  "database-unavailable",
  "outcome-unknown",
  "overloaded",
  "shutting-down",
];

const callerProblems: Readonly<Record<Authorization["type"], readonly ProblemCode[]>> = {
  public: [],
  roles: ["token-missing", "token-invalid", "keys-unavailable", "role-missing"],
  signature: ["signature-missing", "signature-invalid", "signature-stale"],
  oidc: ["token-missing", "token-invalid", "keys-unavailable"],
};

/** Methods whose bodies no server reads. */
const bodiless: ReadonlySet<string> = new Set(["GET", "HEAD"]);

function bodyProblems({ trigger }: Tool): readonly ProblemCode[] {
  if (trigger.type === "http" && bodiless.has(trigger.method)) return [];
  return ["malformed-body", "body-too-large", "unsupported-media-type"];
}

function rateProblems({ trigger }: Tool, { workspace }: Bundle): readonly ProblemCode[] {
  return workspace.limits.rateLimit !== undefined && trigger.type === "http" ? ["too-many-calls"] : [];
}

function repetitionProblems({ trigger, idempotency, authorize }: Tool): readonly ProblemCode[] {
  if (trigger.type === "webhook") return ["delivery-reused", "idempotency-key-in-use"];
  if (trigger.type === "schedule") return ["idempotency-key-in-use"];
  if (idempotency === "none") return [];
  return [
    ...(idempotency === "required" ? ["idempotency-key-required" as const] : []),
    ...(authorize.type === "roles" ? ["idempotency-key-unscoped" as const] : []),
    "idempotency-key-invalid",
    "idempotency-key-reused",
    "idempotency-key-in-use",
  ];
}

function policyProblems(tool: Tool, { policies }: Bundle): readonly ProblemCode[] {
  const denies = policies.some((policy) => policy.deny.length > 0 && appliesTo(policy, tool.name));
  return denies ? ["policy-denied"] : [];
}

function flowProblems(tool: Tool, bundle: Bundle): readonly ProblemCode[] {
  const { entities } = sliceOf(bundle, tool);
  const { flow } = tool;
  return allNodes(flow).flatMap((node) => [
    ...(isExternal(node) ? externalProblems : []),
    ...(touchesRows(node) ? rowProblems : []),
    ...(isReadByRules(node, bundle.entities) ? (["invariant-violated"] as const) : []),
    ...(nodeProblems[node.type]?.(node, deletes(node) ? bundle.entities : entities) ?? []),
  ]);
}

const externalProblems = [
  "external-call-failed",
  "external-call-limited",
  "external-call-suspended",
  "external-call-timeout",
] as const;
const rowProblems = ["write-contention", "too-many-rows"] as const;

function touchesRows(node: FlowNode): boolean {
  const effect = effectOf(node);
  return effect === "read" || effect === "write" || effect === "rawSql";
}

/** A deletion reaches rows that refer to the deleted one, of entities that the tool does not name. */
function deletes(node: FlowNode): boolean {
  return node.type === "write" && node.action === "softDelete";
}

/** Rows that lead to a changed one may have invariants that read it. */
function isReadByRules(node: FlowNode, entities: readonly Entity[]): boolean {
  if (node.type !== "write" || node.action === "create") return false;
  const reached = new Set([node.entity]);
  for (const name of reached) {
    for (const { name: other, relationships } of entities) {
      if (relationships.some(({ type, entity }) => type === "belongsTo" && entity === name)) reached.add(other);
    }
  }
  return entities.some(({ name, invariants }) => name !== node.entity && reached.has(name) && invariants.length > 0);
}

type ProblemsOfNode = (node: FlowNode, entities: readonly Entity[]) => readonly ProblemCode[];

const nodeProblems: Readonly<Partial<Record<FlowNode["type"], ProblemsOfNode>>> = {
  read: (node) => (node.type === "read" && node.one && !node.optional ? ["not-found"] : []),
  write: (node, entities) => (node.type === "write" ? writeProblems(node, entities) : []),
  assert: () => ["assertion-failed"],
  policyCheck: () => ["policy-denied"],
  forEach: () => ["too-many-items"],
  poll: () => ["poll-exhausted"],
};

/** What the database holds of an entity and those around it, which a write's deletions may reach too. */
function writeProblems(node: WriteNode, entities: readonly Entity[]): readonly ProblemCode[] {
  const entity = entities.find(({ name }) => name === node.entity);
  return [
    "constraint-violated",
    "already-exists",
    "reference-missing",
    "reference-held",
    ...(entities.some(({ exclude }) => exclude.length > 0) ? (["exclusion-violated"] as const) : []),
    ...(hasRules(entities) ? (["invariant-violated"] as const) : []),
    ...(entity?.ownership === undefined && entity?.tenant === undefined ? [] : (["not-owned"] as const)),
    ...(entity?.status === undefined ? [] : (["wrong-state"] as const)),
    ...(node.action === "create" ? [] : (["not-found", "version-conflict"] as const)),
  ];
}

function hasRules(entities: readonly Entity[]): boolean {
  return entities.some(({ invariants, exclude }) => invariants.length > 0 || exclude.length > 0);
}
