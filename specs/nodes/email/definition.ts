import { type NodeDefinition, template, templates } from "../definition.ts";

export const email: NodeDefinition<"email"> = {
  type: "email",
  category: "external",
  summary: "Sends one message from a template.",
  opensTransaction: false,
  effect: () => "externalWrite",
  branches: () => [],
  sites: (node) => [
    ...template("to", node.to),
    ...template("subject", node.subject),
    ...templates("values", node.values),
  ],
};
