import { isObject, type JsonObject } from "../api/json.ts";
import { text, type World } from "../world.ts";

/** Sends a job's request once; answers the HTTP status, 0 when nobody answered. */
export async function fire(world: World, job: JsonObject, scheduled: Date): Promise<number> {
  const target = isObject(job["httpTarget"]) ? job["httpTarget"] : {};
  const uri = text(target, "uri");
  const method = text(target, "httpMethod") || "POST";
  const given = isObject(target["headers"]) ? (target["headers"] as Readonly<Record<string, string>>) : {};
  const body = text(target, "body");
  const headers = {
    ...given,
    ...(await authorization(world, target, uri)),
    "user-agent": "Google-Cloud-Scheduler",
    "x-cloudscheduler": "true",
    "x-cloudscheduler-jobname": text(job, "name").split("/").at(-1) ?? "",
    "x-cloudscheduler-scheduletime": scheduled.toISOString(),
  };
  const deadline = Number.parseFloat(text(job, "attemptDeadline") || "180s") * 1000;
  try {
    const response = await fetch(uri, {
      method,
      headers,
      signal: AbortSignal.timeout(deadline),
      ...(body === "" ? {} : { body: Buffer.from(body, "base64") }),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

/** The token that the job asks for; its audience is the job's, else the target's URL. */
async function authorization(world: World, target: JsonObject, uri: string): Promise<Readonly<Record<string, string>>> {
  const oidc = target["oidcToken"];
  if (isObject(oidc)) {
    const token = await world.tokens.identity(text(oidc, "serviceAccountEmail"), text(oidc, "audience") || uri);
    return { authorization: `Bearer ${token}` };
  }
  const oauth = target["oauthToken"];
  if (!isObject(oauth)) return {};
  return { authorization: `Bearer ${(await world.tokens.access(text(oauth, "serviceAccountEmail"))).token}` };
}
