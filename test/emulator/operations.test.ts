import { afterAll, describe, expect, it } from "vitest";
import { type Google, location, project, startGoogle } from "./google-client.ts";

describe("long-running operations", () => {
  const started: Google[] = [];
  afterAll(async () => {
    for (const google of started) await google.stop();
  });
  const start = async (pendingPolls: number): Promise<Google> => {
    const google = await startGoogle({ pendingPolls });
    started.push(google);
    return google;
  };

  it("are pending in the answer that starts them and for as many polls as asked for, then done", async () => {
    const google = await start(2);
    const operation = await google.ok(
      "POST",
      `serviceusage/v1/projects/${project}/services/compute.googleapis.com:enable`,
      {},
    );
    expect(operation["done"]).toBeUndefined();
    const path = `serviceusage/v1/${String(operation["name"])}`;
    const seen = [await google.ok("GET", path), await google.ok("GET", path), await google.ok("GET", path)];
    expect(seen.map((one) => one["done"])).toEqual([undefined, undefined, true]);
  });

  it("of Compute Engine are polled at their own link", async () => {
    const google = await start(0);
    await google.enable("compute");
    const operation = await google.ok("POST", `compute/compute/v1/projects/${project}/global/networks`, {
      name: "net",
    });
    expect(operation).toMatchObject({ kind: "compute#operation", status: "RUNNING" });
    const link = new URL(String(operation["selfLink"]));
    expect(await google.ok("GET", link.pathname.slice(1))).toMatchObject({ status: "DONE", progress: 100 });
  });

  it("that nobody started are 404", async () => {
    const google = await start(0);
    await google.enable("run");
    expect(await google.error("GET", `run/v2/${location}/operations/none`)).toMatchObject({
      code: 404,
      status: "NOT_FOUND",
    });
  });
});
