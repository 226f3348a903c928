import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Google, location, project, startGoogle } from "./google-client.ts";

describe("every request is checked against Google's own descriptions", () => {
  let google: Google;
  beforeAll(async () => {
    google = await startGoogle();
    await google.enable("run", "secretmanager", "sqladmin", "compute");
  });
  afterAll(() => google.stop());

  const services = `run/v2/${location}/services`;

  it("refuses an unknown field by its path", async () => {
    const error = await google.error("POST", `${services}?serviceId=app`, { template: { contaners: [] } });
    expect(error).toMatchObject({ code: 400, status: "INVALID_ARGUMENT" });
    expect(error.message).toContain(`Unknown name "contaners" at 'template': Cannot find field.`);
    expect(error.details?.[0]).toMatchObject({ "@type": "type.googleapis.com/google.rpc.BadRequest" });
  });

  it("refuses a value outside an enum", async () => {
    const error = await google.error("POST", `${services}?serviceId=app`, { ingress: "INGRESS_TRAFFIC_SOME" });
    expect(error.message).toContain("Invalid value at 'ingress'");
  });

  it("refuses a value of another type, and a duration that is none", async () => {
    const body = { template: { timeout: "5 minutes", maxInstanceRequestConcurrency: "many" } };
    const error = await google.error("POST", `${services}?serviceId=app`, body);
    expect(error.message).toContain("Invalid value at 'template.timeout' (google-duration)");
    expect(error.message).toContain("Invalid value at 'template.maxInstanceRequestConcurrency' (int32)");
  });

  it("refuses an unknown query parameter, and takes one by its proto name", async () => {
    const unknown = await google.error("POST", `${services}?serviceIdd=app`, {});
    expect(unknown.message).toContain(`Unknown name "serviceIdd"`);
    const known = await google.error("POST", `secretmanager/v1/projects/${project}/secrets?secret_id=a`, {});
    expect(known.message).toContain("replication");
  });

  it("refuses a body that is not JSON, and one that is not an object", async () => {
    for (const body of ["{", "[]", "12"]) {
      const response = await fetch(`${google.emulator.url}/${services}?serviceId=app`, {
        method: "POST",
        headers: { authorization: "Bearer x" },
        body,
      });
      expect(response.status).toBe(400);
    }
  });

  it("asks for a token", async () => {
    const response = await fetch(`${google.emulator.url}/${services}`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { status: "UNAUTHENTICATED" } });
  });

  it("answers 404 for a path that no description has, and 501 naming the method it does not emulate", async () => {
    expect((await google.call("GET", "run/v2/nothing")).status).toBe(404);
    const error = await google.error("GET", `run/v2/${location}/workerPools`);
    expect(error).toMatchObject({ code: 501, status: "UNIMPLEMENTED" });
    expect(error.message).toContain("run.projects.locations.workerPools.list");
  });

  it("ignores output-only fields as Google does", async () => {
    const body = { replication: { automatic: {} }, createTime: "2001-01-01T00:00:00Z" };
    const made = await google.ok("POST", `secretmanager/v1/projects/${project}/secrets?secretId=own`, body);
    expect(made["createTime"]).not.toContain("2001");
  });

  it("refuses an API that the project has not enabled", async () => {
    const error = await google.error("GET", `cloudscheduler/v1/${location}/jobs`);
    expect(error).toMatchObject({ code: 403, status: "PERMISSION_DENIED" });
    expect(error.details?.[0]).toMatchObject({
      reason: "SERVICE_DISABLED",
      metadata: { service: "cloudscheduler.googleapis.com" },
    });
  });

  it("words errors of Compute Engine and Cloud SQL in their older shape", async () => {
    const compute = await google.error("GET", `compute/compute/v1/projects/${project}/global/networks/none`);
    expect(compute).toMatchObject({ code: 404, errors: [{ reason: "notFound", domain: "global" }] });
    const sql = await google.error("GET", `sqladmin/sql/v1beta4/projects/${project}/instances/none`);
    expect(sql).toMatchObject({ code: 404, errors: [{ reason: "instanceDoesNotExist" }] });
    expect(sql.status).toBeUndefined();
  });

  it("answers 409 for what is there already", async () => {
    const path = `secretmanager/v1/projects/${project}/secrets?secretId=twice`;
    await google.ok("POST", path, { replication: { automatic: {} } });
    expect(await google.error("POST", path, { replication: { automatic: {} } })).toMatchObject({
      code: 409,
      status: "ALREADY_EXISTS",
    });
  });
});
