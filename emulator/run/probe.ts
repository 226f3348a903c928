import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type JsonObject } from "../api/json.ts";
import { text } from "../world.ts";

/** Asks once; the port is the one the container really listens on. */
async function ask(probe: JsonObject, port: number): Promise<boolean> {
  const timeout = Number(probe["timeoutSeconds"] ?? 1) * 1000;
  const http = probe["httpGet"];
  return isObject(http) ? askHttp(http, port, timeout) : askTcp(port, timeout);
}

async function askHttp(action: JsonObject, port: number, timeout: number): Promise<boolean> {
  const given = ((action["httpHeaders"] ?? []) as readonly JsonObject[]).map(
    (header) => [text(header, "name"), text(header, "value")] as [string, string],
  );
  try {
    const response = await fetch(`http://127.0.0.1:${String(port)}${text(action, "path") || "/"}`, {
      headers: given,
      signal: AbortSignal.timeout(timeout),
      redirect: "manual",
    });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400;
  } catch {
    return false;
  }
}

function askTcp(port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout });
    const finish = (isUp: boolean): void => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once("connect", () => {
      finish(true);
    });
    socket.once("error", () => {
      finish(false);
    });
    socket.once("timeout", () => {
      finish(false);
    });
  });
}

/**
 * Waits for a startup probe: true when it succeeds, false after its threshold or when `ended` aborts. It is asked ten
 * times a second within each period, and a period fails when none of its answers was good: nobody has to wait for the
 * container that starts at once, and a slow one has as long as at Google.
 */
export async function waitForStart(probe: JsonObject, port: number, ended: AbortSignal): Promise<boolean> {
  const period = Number(probe["periodSeconds"] ?? 10) * 1000;
  const thresholds = Number(probe["failureThreshold"] ?? 3);
  await sleep(Number(probe["initialDelaySeconds"] ?? 0) * 1000);
  const deadline = Date.now() + period * thresholds;
  while (!ended.aborted && Date.now() < deadline) {
    if (await ask(probe, port)) return true;
    await sleep(100);
  }
  return false;
}

/** Calls `onFailure` when a liveness probe fails as often as its threshold says; ends when `ended` aborts. */
export async function watchLiveness(
  probe: JsonObject,
  port: number,
  ended: AbortSignal,
  onFailure: () => void,
): Promise<void> {
  const period = Number(probe["periodSeconds"] ?? 10) * 1000;
  const threshold = Number(probe["failureThreshold"] ?? 3);
  let failures = 0;
  await sleep(Number(probe["initialDelaySeconds"] ?? 0) * 1000, undefined, { ref: false });
  while (!ended.aborted) {
    failures = (await ask(probe, port)) ? 0 : failures + 1;
    if (failures < threshold) {
      await sleep(period, undefined, { ref: false });
      continue;
    }
    onFailure();
    return;
  }
}
