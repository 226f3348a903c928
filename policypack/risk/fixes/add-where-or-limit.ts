import { isJsonObject, type JsonValue } from "@lintel/specs";
import { limited } from "./add-limit.ts";
import type { FixContext, Fixer, FixPlan, Located } from "./fixer.ts";
import { located } from "./locate-nodes.ts";

/**
 * The row that the input names, where the tool takes exactly one id that can be this entity's; else a limit. Unsafe: which rows
 * were meant only the author knows.
 */
export const addWhereOrLimit: Fixer = (context) => {
  const write = located(context.finding.node, context);
  if (write === undefined) return "the write does not stand in the tool's file";
  const limit = limited(write, context);
  if (write.written["where"] !== undefined) return [limit];
  return [...byInput(write, context), limit];
};

function byInput(write: Located, context: FixContext): readonly FixPlan[] {
  const entity = "entity" in write.node ? write.node.entity : "";
  const name = inputNaming(entity, context);
  if (name === undefined) return [];
  return [
    {
      safety: "unsafe",
      title: `"${write.node.id}" writes the ${entity} that input.${name} names`,
      operations: [
        { type: "set", path: [...write.path, "where"], value: { id: { eq: `\${input.${name}}` } }, after: "entity" },
      ],
    },
  ];
}

/** The one required uuid of the input that names a row of the entity: `orderId`, or `id` alone. */
function inputNaming(entity: string, { tool }: FixContext): string | undefined {
  const { properties = {}, required = [] } = tool.input as {
    properties?: Readonly<Record<string, JsonValue>>;
    required?: readonly string[];
  };
  const isUuid = (name: string): boolean => {
    const schema = properties[name] ?? null;
    return isJsonObject(schema) && schema["format"] === "uuid";
  };
  const ids = required.filter(isUuid);
  const own = `${entity.charAt(0).toLowerCase()}${entity.slice(1)}Id`;
  if (ids.includes(own)) return own;
  return ids.length === 1 && ids[0] === "id" ? "id" : undefined;
}
