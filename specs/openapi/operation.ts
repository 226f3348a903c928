import type { Bundle } from "../bundle/bundle.ts";
import type { Tool } from "../language/tool.ts";
import type { OpenApiOperation } from "./openapi-document.ts";
import { requestOf } from "./request.ts";
import { responsesOf } from "./responses.ts";
import { securityOf } from "./security.ts";

/** The operation of an http tool or a webhook. */
export function operationOf(
  tool: Tool,
  bundle: Bundle,
  names: ReadonlyMap<string, string>,
  risk: string | undefined,
): OpenApiOperation {
  const description = [tool.description, sunsetNote(tool)].filter((text) => text !== undefined).join("\n\n");
  return {
    operationId: tool.name,
    ...(description === "" ? {} : { description }),
    tags: [tagOf(tool)],
    ...(tool.deprecated ? { deprecated: true } : {}),
    ...requestOf(tool, names),
    responses: responsesOf(tool, bundle),
    security: securityOf(tool),
    "x-lintel-version": tool.version,
    "x-lintel-digest": bundle.slices[tool.name],
    ...(risk === undefined ? {} : { "x-lintel-risk": risk }),
    ...(tool.sunset === undefined ? {} : { "x-lintel-sunset": tool.sunset }),
    "x-lintel-idempotency": tool.idempotency,
  };
}

function sunsetNote({ sunset }: Tool): string | undefined {
  return sunset === undefined ? undefined : `May be removed after ${sunset}.`;
}

/** The first segment of the path, which is the plural of an entity for generated tools. */
function tagOf({ trigger }: Tool): string {
  if (trigger.type !== "http") return `${trigger.type}s`;
  const [first] = trigger.path.split("/").filter((segment) => segment !== "" && !segment.startsWith("{"));
  return first ?? "root";
}
