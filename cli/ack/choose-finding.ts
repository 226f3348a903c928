import { type Finding, rulesMetadata } from "@lintel/policypack/risk";
import { exitCodes } from "../exit-codes.ts";
import type { Judged } from "./judge.ts";
import { Refusal } from "./refusal.ts";

/** What tells findings of one rule in one tool apart. */
interface Choice {
  readonly node?: string | undefined;
  readonly fingerprint?: string | undefined;
}

/** The one open Yellow finding that the words mean. @throws Refusal when there is none, several, or a Red one. */
export function chooseFinding(judged: Judged, tool: string, rule: string, { node, fingerprint }: Choice): Finding {
  const tools = judged.specs?.bundle.tools.map(({ name }) => name) ?? [];
  if (!tools.includes(tool)) throw new Refusal(`there is no tool "${tool}"; there is ${listed(tools)}`);
  if (rule.startsWith("acknowledgement-")) {
    throw new Refusal(`"${rule}" is about an acknowledgement and cannot be acknowledged itself; ${fixOf(rule)}`);
  }
  const own = judged.findings.filter((finding) => finding.tool === tool);
  const named = own.filter(
    (finding) =>
      finding.rule === rule &&
      (node === undefined || finding.node === node) &&
      (fingerprint === undefined || finding.fingerprint === fingerprint),
  );
  refuseRed(named, rule);
  if (named.length === 0) throw nothingFound(own, tool, rule, node);
  const open = named.filter(({ acknowledged }) => acknowledged === undefined);
  const [only, second] = open;
  if (only === undefined) throw alreadyAccepted(named[0], tool, rule);
  if (second !== undefined) {
    const choices = open.map((finding) => `  ${waysTo(finding, open)}  ${finding.message}`);
    throw new Refusal(`"${tool}" has ${String(open.length)} findings of "${rule}"; choose one:\n${choices.join("\n")}`);
  }
  return only;
}

/** The node names a finding, unless another of the same rule is at the same node. */
function waysTo({ node, fingerprint }: Finding, open: readonly Finding[]): string {
  const isAlone = node !== undefined && open.filter((each) => each.node === node).length === 1;
  return isAlone ? `--node ${node}` : `--fingerprint ${fingerprint}`;
}

function refuseRed(named: readonly Finding[], rule: string): void {
  const red = named.find(({ level }) => level === "red");
  const metadata = rulesMetadata.find(({ id }) => id === rule);
  if (red === undefined && metadata?.level !== "red") return;
  const why = metadata === undefined ? "" : ` ${metadata.rationale}`;
  const what = red === undefined ? "" : ` ${red.message}.`;
  throw new Refusal(
    `"${rule}" is Red and cannot be acknowledged.${what}${why} Fix: ${red?.fix.title ?? fixOf(rule)} (lintel fix --rule ${rule})`,
    exitCodes.red,
  );
}

function fixOf(rule: string): string {
  return rulesMetadata.find(({ id }) => id === rule)?.fix.title ?? "repair it";
}

function nothingFound(own: readonly Finding[], tool: string, rule: string, node: string | undefined): Refusal {
  const isKnown = rule.startsWith("policy/") || rulesMetadata.some(({ id }) => id === rule);
  if (!isKnown) return new Refusal(`there is no rule "${rule}"; there is ${listed(rulesMetadata.map(({ id }) => id))}`);
  const at = node === undefined ? "" : ` at "${node}"`;
  const open = own.filter(({ level, acknowledged }) => level === "yellow" && acknowledged === undefined);
  const others = open.map((finding) => `${finding.rule}${finding.node === undefined ? "" : ` at "${finding.node}"`}`);
  const rest = others.length === 0 ? "" : `; it has ${listed(others)}`;
  return new Refusal(
    `"${tool}" has no finding of "${rule}"${at}, so there is nothing to acknowledge${rest}`,
    exitCodes.nothing,
  );
}

function alreadyAccepted(finding: Finding | undefined, tool: string, rule: string): Refusal {
  const accepted = finding?.acknowledged;
  const who = accepted === undefined ? "" : ` by ${accepted.by} until ${accepted.expires}`;
  return new Refusal(
    `"${rule}" of "${tool}" is acknowledged already${who}; to change that, edit acknowledgements.yaml`,
    exitCodes.nothing,
  );
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, 12).join(", ");
  return unique.length > 12 ? `${shown} and ${String(unique.length - 12)} more` : shown;
}
