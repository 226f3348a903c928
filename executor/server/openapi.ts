// Decision: the document is made of the bundle that is served, once and only when it is asked for, so that it cannot differ from it.
import { createHash } from "node:crypto";
import { type Bundle, openApiOf } from "@lintel/specs";
import type { FastifyInstance } from "fastify";

interface Published {
  readonly bytes: Buffer;
  /** RFC 9110, section 8.8.3 */
  readonly tag: string;
}

/** `/openapi.json`: the OpenAPI 3.1 document of the workspace. Clients that show the tag of what they have get 304. */
export function addOpenApi(server: FastifyInstance, bundle: Bundle): void {
  let published: Published | undefined;
  server.get("/openapi.json", (request, reply) => {
    published ??= publish(bundle);
    const { bytes, tag } = published;
    reply.header("ETag", tag).header("Cache-Control", "no-cache");
    if (isKnown(request.headers["if-none-match"], tag)) return reply.code(304).send();
    return reply.header("Content-Type", "application/json").send(bytes);
  });
}

function publish(bundle: Bundle): Published {
  const bytes = Buffer.from(JSON.stringify(openApiOf(bundle)));
  return { bytes, tag: `"${createHash("sha256").update(bytes).digest("base64url")}"` };
}

/** If-None-Match compares weakly: a proxy that compresses makes a weak tag of ours. */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((given) => given.trim().replace(/^W\//u, "") === tag);
}
