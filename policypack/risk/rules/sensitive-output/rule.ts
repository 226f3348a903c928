import type { JsonObject } from "@lintel/specs";
import { around, evidenceOf } from "../../flow/evidence.ts";
import type { FlowPart, RiskContext } from "../../risk-context.ts";
import type { Observation, Rule } from "../../rule.ts";
import { type Carried, type Origins, sensitiveFields } from "./carried.ts";
import { carriedByTemplate } from "./carried-by-expression.ts";
import { namesInFlow } from "./carried-by-nodes.ts";
import { hostOf } from "./host-of.ts";
import { leaving } from "./leaving.ts";
import { outletsOf } from "./outlets.ts";

export const sensitiveOutput: Rule = {
  id: "sensitive-output",
  level: "yellow",
  title: "A sensitive field is answered or sent out",
  rationale: "It stands in somebody's browser cache, inbox or log from then on, where no rule of ours protects it.",
  fix: { kind: "hide-field", title: "leave the field out" },
  check: (context) => {
    const withheld = sensitiveNames(context);
    if (withheld.size === 0) return [];
    const namesAt = namesInFlow(context);
    const { tool, parts } = context;
    const answered = leaving(carriedByTemplate(tool.respond, namesAt()), tool.output, withheld);
    const sent = parts.flatMap((part) =>
      outletsOf(part.node).flatMap(({ key, value }) =>
        leaks(carriedByTemplate(value, namesAt(part)), key).map((leak) =>
          observe(leak, part.node.id, "is sent out", sentBy(part, context)),
        ),
      ),
    );
    const caller = { trigger: tool.trigger.type, authorize: { ...tool.authorize } };
    return [...leaks(answered, "respond").map((leak) => observe(leak, undefined, "is answered", caller)), ...sent];
  },
};

/** By which way, to whom, and when. */
function sentBy(part: FlowPart, context: RiskContext): JsonObject {
  const { node } = part;
  const provider = "provider" in node ? hostOf(node.provider, context.slice.workspace) : undefined;
  return {
    ...evidenceOf(node, "provider", "method", "url", "to", "when"),
    ...around(part, context),
    ...(provider === undefined ? {} : { host: provider }),
  };
}

function sensitiveNames({ entities }: RiskContext): ReadonlySet<string> {
  return new Set([...entities.values()].flatMap(sensitiveFields));
}

interface Leak {
  readonly key: string;
  readonly origins: Origins;
}

/** Where in a value sensitive fields stand; the elements of a list stand where the list does. */
function leaks({ own, fields, element }: Carried, key: string): readonly Leak[] {
  const here = own.size === 0 ? [] : [{ key, origins: own }];
  const inFields = [...fields].flatMap(([name, part]) => leaks(part, `${key}/${name}`));
  return [...here, ...inFields, ...(element === undefined ? [] : leaks(element, key))];
}

function observe({ key, origins }: Leak, node: string | undefined, verb: string, evidence: JsonObject): Observation {
  const names = [...origins.keys()].sort();
  const isCertain = [...origins.values()].includes("certain");
  return {
    ...(node === undefined ? {} : { node }),
    key,
    message: `the sensitive ${names.join(", ")} ${verb} in "${key}"; leave it out, or answer only what the reader needs of it`,
    confidence: isCertain ? "certain" : "likely",
    evidence: { ...evidence, key, fields: names, isCertain },
  };
}
