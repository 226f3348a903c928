import { formatDuration } from "../expressions/text-forms.ts";
import type { Tool } from "../language/tool.ts";
import { code } from "./markdown.ts";

/** What calls a tool, as Markdown. */
export function triggerOf({ trigger }: Tool): string {
  if (trigger.type === "http") return code(`${trigger.method} ${trigger.path}`);
  if (trigger.type === "webhook") return `webhook ${code(`POST ${trigger.path}`)}`;
  return `schedule ${code(trigger.cron)} (${trigger.timeZone})`;
}

/** Who may call it, as Markdown. */
export function accessOf({ authorize, trigger }: Tool): string {
  if (authorize.type === "roles") return authorize.roles.map(code).join(", ");
  if (authorize.type === "public") return "anybody";
  if (trigger.type !== "webhook") return "Cloud Scheduler";
  const { signature } = trigger;
  return `who signs in ${code(signature.header)} (${signature.scheme}, ${formatDuration(signature.tolerance)})`;
}
