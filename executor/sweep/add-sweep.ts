import type { FastifyInstance } from "fastify";
import { authorizationOf } from "../admission/authorization.ts";
import type { Service } from "../service.ts";
import type { Sweep } from "./sweep.ts";

/** `POST /_lintel/sweep`, for the account that calls schedules. */
export function addSweep(server: FastifyInstance, service: Service, sweep: Sweep): void {
  server.post("/_lintel/sweep", async (request, reply) => {
    await service.verifySchedule(authorizationOf(request.raw.rawHeaders));
    const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
    return reply.headers(headers).send(Buffer.from(JSON.stringify(await sweep.run())));
  });
}
