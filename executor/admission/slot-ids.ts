// Source: cloud.google.com/scheduler/docs/configuring/deduplicate-job-requests
import { createHash } from "node:crypto";

/** Milliseconds that clocks may differ. */
const tolerance = 60_000;

/**
 * What tells that a schedule's run has come before: its time, the same in every attempt of Cloud Scheduler's. A run by hand bears the
 * time of the next one, or none: it is nobody's second attempt, and takes nothing from the run that is to come.
 */
export function slotIdsOf(scheduleTime: string | undefined, now: number): readonly string[] {
  if (scheduleTime === undefined || scheduleTime.trim() === "") return [];
  const at = Date.parse(scheduleTime);
  if (at > now + tolerance) return [];
  const slot = Number.isNaN(at) ? scheduleTime.trim() : new Date(at).toISOString();
  return [createHash("sha256").update(`slot\0${slot}`).digest("hex")];
}
