import { Refusal } from "./refusal.ts";

/** What an acknowledgement says beside what it accepts. */
export interface Words {
  readonly reason: string;
  readonly by: string;
  /** YYYY-MM-DD, the last day on which it holds. */
  readonly expires: string;
}

/** Years that an acknowledgement reaches at most; the risk engine counts the same in days. */
const longestYears = 10;

/** @throws Refusal when a word is missing, or the date is none or not ahead. */
export function checkWords({ reason, by, expires }: Words, now: Date): void {
  if (isBlank(reason))
    throw new Refusal("--reason is empty; say why the risk is acceptable, for whoever reads it next");
  if (isBlank(by)) throw new Refusal("--by is empty; say who accepts the risk");
  if (!isDate(expires)) throw new Refusal(`--expires "${expires}" is no date; write it as YYYY-MM-DD`);
  const today = now.toISOString().slice(0, 10);
  if (expires <= today) throw new Refusal(`--expires ${expires} is not ahead (today is ${today}); choose a later day`);
  const latest = `${String(now.getUTCFullYear() + longestYears)}${today.slice(4)}`;
  if (expires > latest) {
    throw new Refusal(
      `--expires ${expires} is more than ${String(longestYears)} years ahead; choose a day until ${latest}`,
    );
  }
}

/** Nothing that a reviewer could see. */
function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Cf}]*$/u.test(text);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}
