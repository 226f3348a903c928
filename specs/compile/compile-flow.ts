import type { FlowNode, NodeBase, NodeType } from "../language/flow.ts";
import type { Provider } from "../language/workspace.ts";
import { suggestion } from "../load/did-you-mean.ts";
import type { Path, Report } from "../load/report.ts";
import { compileAssert } from "../nodes/assert/compile.ts";
import { compileEmail } from "../nodes/email/compile.ts";
import { compileForEach } from "../nodes/for-each/compile.ts";
import { compileHttp } from "../nodes/http/compile.ts";
import { compileIf } from "../nodes/if/compile.ts";
import type { AuthoredNode, CompileNode, NodeContext } from "../nodes/node-compiler.ts";
import { compilePayment } from "../nodes/payment/compile.ts";
import { compilePolicyCheck } from "../nodes/policy-check/compile.ts";
import { compilePoll } from "../nodes/poll/compile.ts";
import { compileRead } from "../nodes/read/compile.ts";
import { compileRetry } from "../nodes/retry/compile.ts";
import { compileSql } from "../nodes/sql/compile.ts";
import { compileSwitch } from "../nodes/switch/compile.ts";
import { compileTransaction } from "../nodes/transaction/compile.ts";
import { compileTransform } from "../nodes/transform/compile.ts";
import { compileWrite } from "../nodes/write/compile.ts";
import { compact } from "./compact.ts";
import type { Declared } from "./compilation.ts";

const compilers: { readonly [T in NodeType]: CompileNode<T> } = {
  assert: compileAssert,
  email: compileEmail,
  forEach: compileForEach,
  http: compileHttp,
  if: compileIf,
  payment: compilePayment,
  policyCheck: compilePolicyCheck,
  poll: compilePoll,
  read: compileRead,
  retry: compileRetry,
  sql: compileSql,
  switch: compileSwitch,
  transaction: compileTransaction,
  transform: compileTransform,
  write: compileWrite,
};

/** What `onError` says beside ids; as an id it would make every default an edge. */
const onErrorWords: ReadonlySet<string> = new Set(["fail", "continue"]);

/** A compiled flow, and where each of its nodes stands in its file. */
export interface CompiledFlow {
  readonly nodes: readonly FlowNode[];
  readonly paths: ReadonlyMap<string, Path>;
}

interface FlowContext {
  readonly declared: Declared;
  readonly report: Report;
  readonly paths: Map<string, Path>;
}

/** Normalises a flow and resolves what its nodes name. */
export function compileFlow(authored: readonly AuthoredNode[], declared: Declared, report: Report): CompiledFlow {
  const paths = new Map<string, Path>();
  return { nodes: compileNodes(authored, ["flow"], { declared, report, paths }), paths };
}

function compileNodes(authored: readonly AuthoredNode[], path: Path, flow: FlowContext): readonly FlowNode[] {
  const siblings = new Set(authored.map(({ id }) => id));
  return authored.map((node, index) => compileNode(node, [...path, index], siblings, flow));
}

function compileNode(node: AuthoredNode, path: Path, siblings: ReadonlySet<string>, flow: FlowContext): FlowNode {
  const report: Report = (code, below, values, options) => flow.report(code, [...path, ...below], values, options);
  const { id } = node;
  if (flow.paths.has(id)) report("duplicate-node", ["id"], { name: id });
  else if (id in Object.prototype || onErrorWords.has(id)) report("reserved-name", ["id"], { name: id });
  flow.paths.set(id, path);
  checkEdges(node, siblings, report);
  const context: NodeContext = {
    base: compileBase(node),
    workspace: flow.declared.workspace,
    policies: flow.declared.policies,
    report,
    entity: (name) => entityNamed(name, flow.declared, report),
    branch: (below, nodes = []) => compileNodes(nodes, [...path, ...below], flow),
    provider: (type, name) => providerNamed(type, name, flow.declared, report),
  };
  return compilers[node.type](node, context);
}

function compileBase({ id, after = [], when, onError = "fail", why }: AuthoredNode): NodeBase {
  return compact<NodeBase>({ id, after, when: when === undefined ? undefined : String(when), onError, why });
}

function checkEdges({ id, after = [], onError }: AuthoredNode, siblings: ReadonlySet<string>, report: Report): void {
  const others = (): readonly string[] => [...siblings].filter((sibling) => sibling !== id);
  after.forEach((name, index) => {
    // A node after itself is a cycle, which the risk engine names.
    if (siblings.has(name)) return;
    report("unknown-node", ["after", index], { name, node: id }, { hint: suggestion(name, others()) });
  });
  const isKnown = onError === undefined || onErrorWords.has(onError) || (siblings.has(onError) && onError !== id);
  if (isKnown) return;
  const hint = suggestion(onError, [...onErrorWords, ...others()]);
  report("unknown-node", ["onError"], { name: onError, node: id }, { hint });
}

function entityNamed(name: string, { entities }: Declared, report: Report): ReturnType<NodeContext["entity"]> {
  if (entities.has(name)) return entities.get(name);
  report("unknown-entity", ["entity"], { name }, { hint: suggestion(name, entities.keys()) });
  return undefined;
}

function providerNamed(
  type: Provider["type"],
  name: string | undefined,
  { workspace }: Declared,
  report: Report,
): string {
  if (workspace === undefined) return name ?? "";
  const suitable = workspace.providers.filter((provider) => provider.type === type).map((provider) => provider.name);
  const [only, second] = suitable;
  if (name === undefined) {
    if (only !== undefined && second === undefined) return only;
    const count = suitable.length === 0 ? "none" : String(suitable.length);
    report("unclear-provider", [], { count, expected: type }, { hint: suggestion("", suitable) });
    return "";
  }
  const found = workspace.providers.find((provider) => provider.name === name);
  const hint = suggestion(name, suitable);
  if (found === undefined) report("unknown-provider", ["provider"], { name }, { hint });
  else if (found.type !== type) {
    report("wrong-provider", ["provider"], { name, found: found.type, expected: type }, { hint });
  }
  return name;
}
