// Decision: what happened is read with an identity of its own, by a role that no tool knows. All that can be done here is to let the
// executor end what it has begun, and who asked for that is in the audit log before it is done.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authorizationOf } from "../admission/authorization.ts";
import { type HandAction, handEntry } from "../audit/hand-entry.ts";
import { rolesOf } from "../auth/verify-token.ts";
import { inOwnTransaction } from "../connection/own-transaction.ts";
import { asExecutionError } from "../errors/as-execution-error.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { ExecutionError } from "../errors/execution-error.ts";
import { acceptParked } from "../recovery/take-up.ts";
import type { Service } from "../service.ts";
import { auditFilters, listEntries } from "./audit-entries.ts";
import { listDeployments } from "./deployments.ts";
import { effectFilters, effectsOf, listEffects } from "./effects.ts";
import type { Admin } from "./open-admin.ts";
import { readPage, refuseParameters } from "./page.ts";
import { listSagas, sagaFilters, sagaOf } from "./sagas.ts";

type Parameters = Readonly<Record<string, unknown>>;
type Read = (query: Parameters, path: Parameters) => Promise<unknown>;

/** The admin API, under `/_lintel/admin/`. */
export function addAdmin(server: FastifyInstance, service: Service, admin: Admin): void {
  const { kind: _, ...executionFilters } = auditFilters;
  const { pool } = admin;
  const resources: Readonly<Record<string, Read>> = {
    audit: (query) => listEntries(pool, readPage(query, auditFilters)),
    executions: (query) => {
      const page = readPage(query, executionFilters);
      return listEntries(pool, { ...page, filters: { ...page.filters, kind: "execution" } });
    },
    "executions/:id": (query, { id }) => {
      refuseParameters(query);
      return inspect(admin, id);
    },
    sagas: (query) => listSagas(pool, readPage(query, sagaFilters)),
    effects: (query) => listEffects(pool, readPage(query, effectFilters)),
    deployments: (query) => {
      refuseParameters(query);
      return listDeployments(pool);
    },
  };
  for (const [path, read] of Object.entries(resources)) {
    server.get(`/_lintel/admin/${path}`, (request, reply) => answer(service, admin, read, request, reply));
  }
  for (const action of ["retry", "compensate", "accept"] as const) {
    const work = (query: Parameters, { id }: Parameters, subject: string): Promise<unknown> => {
      refuseParameters(query);
      return takeUp(service, admin, action, id, subject);
    };
    server.post(`/_lintel/admin/sagas/:id/${action}`, (request, reply) => answer(service, admin, work, request, reply));
  }
}

async function answer(
  service: Service,
  admin: Admin,
  work: (query: Parameters, path: Parameters, subject: string) => Promise<unknown>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const subject = await authorize(service, admin, request);
  service.log.info(
    { path: request.routeOptions.url, subject },
    request.method === "GET" ? "the admin API is read" : "the admin API is used",
  );
  try {
    const body = await work(request.query as Parameters, request.params as Parameters, subject);
    const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
    return await reply.headers(headers).send(Buffer.from(JSON.stringify(body)));
  } catch (error) {
    const problem = asExecutionError(error, service.constraints);
    if (problem.status >= 500) service.log.error({ error }, "the admin API failed");
    throw problem;
  }
}

/** @throws ExecutionError token-missing, token-invalid, keys-unavailable, role-missing */
async function authorize(service: Service, { role }: Admin, request: FastifyRequest): Promise<string> {
  let subject: string | undefined;
  try {
    const claims = await service.verifyCaller(authorizationOf(request.raw.rawHeaders));
    subject = typeof claims["sub"] === "string" ? claims["sub"] : "";
    if (rolesOf(claims, service.bundle.workspace.auth).includes(role)) return subject;
    throw new ExecutionError("role-missing", { detail: "the administrators' role is needed" });
  } catch (error) {
    noteRefusal(service, request, asExecutionError(error, service.constraints).code, subject);
    throw error;
  }
}

/** A line of the log; where there are too many of them, a count instead, as for callers of tools. */
function noteRefusal(service: Service, request: FastifyRequest, code: ErrorCode, subject: string | undefined): void {
  if (!service.refusals.admits("_lintel/admin", code)) return;
  const path = request.routeOptions.url;
  const who = subject === undefined ? {} : { subject };
  service.log.warn({ path, method: request.method, code, ...who }, "the admin API refused a caller");
}

/** All records of an execution, and its external effects. @throws ExecutionError not-found */
async function inspect({ pool }: Admin, id: unknown): Promise<unknown> {
  if (typeof id !== "string" || !auditFilters.execution.test(id)) throw new ExecutionError("not-found");
  const page = { filters: { execution: id }, cursor: undefined, limit: 100 };
  const [{ items, next }, effects, saga] = await Promise.all([
    listEntries(pool, page),
    effectsOf(pool, id),
    sagaOf(pool, id),
  ]);
  if (items.length === 0 && effects.length === 0 && saga === undefined) throw new ExecutionError("not-found");
  // More records than that are read from the audit log, by this execution.
  return { execution: id, records: items.toReversed(), isComplete: next === null, effects, saga: saga ?? null };
}

/** Lets a parked execution go on, undoes it, or ends it as it is. Answers how it stands then. @throws ExecutionError not-found, not-parked */
async function takeUp(
  service: Service,
  { pool, recovery }: Admin,
  action: HandAction,
  id: unknown,
  subject: string,
): Promise<unknown> {
  if (typeof id !== "string" || !auditFilters.execution.test(id)) throw new ExecutionError("not-found");
  const saga = await sagaOf(pool, id);
  if (saga === undefined) throw new ExecutionError("not-found");
  if (saga.state !== "parked" && saga.state !== "settling") {
    throw new ExecutionError("not-parked", { detail: `it is ${saga.state}` });
  }
  if (action === "compensate" && saga.answeredAt !== null) {
    throw new ExecutionError("not-parked", { detail: "it was answered: retry settles what is open, accept ends it" });
  }
  await inOwnTransaction(service.pool, [handEntry(service, id, action, subject)]);
  if (action !== "accept") await recovery.runParked(id, action);
  else if (!(await acceptParked(service, id))) {
    throw new ExecutionError("not-parked", { detail: "it was not answered yet; retry it, or have it undone" });
  }
  return { execution: id, saga: await sagaOf(pool, id), effects: await effectsOf(pool, id) };
}
