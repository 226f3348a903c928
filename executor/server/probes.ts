import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isServing } from "../database/index.ts";
import type { Service } from "../service.ts";
import { sharedAnswer } from "./shared-answer.ts";

const paths: ReadonlySet<string | undefined> = new Set(["/healthz", "/readyz", "/startupz"]);

/** Probes are answered however much there is to do: a busy process is not a dead one. */
export function isProbe({ routeOptions }: FastifyRequest): boolean {
  return paths.has(routeOptions.url);
}

/**
 * `/healthz`: the process lives. `/readyz`: the database answers. `/startupz`: its schema serves this bundle, so that a failed
 * migration never gets traffic; once green it stays so. Anyone may ask, so all who do share one question and one connection.
 */
export function addProbes(server: FastifyInstance, { bundle, pool, log }: Service): void {
  let hasStarted = false;
  const { digest } = bundle;
  const report = (reply: FastifyReply, isUp: boolean): FastifyReply =>
    reply
      .code(isUp ? 200 : 503)
      .header("Content-Type", "application/json")
      .send(JSON.stringify({ status: isUp ? "ok" : "unavailable", digest }));
  const ask = sharedAnswer(() =>
    isServing(pool, digest).catch((error: unknown) => {
      log.warn({ error }, "the database does not answer a probe");
      return false;
    }),
  );
  server.get("/healthz", (_request, reply) => report(reply, true));
  server.get("/readyz", async (_request, reply) => report(reply, await ask()));
  server.get("/startupz", async (_request, reply) => {
    hasStarted ||= await ask();
    return report(reply, hasStarted);
  });
}
