const fields = [
  { name: "minute", least: 0, greatest: 59, words: [] },
  { name: "hour", least: 0, greatest: 23, words: [] },
  { name: "day", least: 1, greatest: 31, words: [] },
  { name: "month", least: 1, greatest: 12, words: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ") },
  { name: "weekday", least: 0, greatest: 7, words: "SUN MON TUE WED THU FRI SAT".split(" ") },
] as const;
type CronField = (typeof fields)[number];

/** Why a text is not unix-cron as Cloud Scheduler takes it (crontab(5) with five fields), or nothing. */
export function cronProblem(cron: string): string | undefined {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== fields.length) return `it has ${String(parts.length)} fields`;
  for (const [index, field] of fields.entries()) {
    const bad = (parts[index] ?? "").split(",").find((range) => !isRange(range, field));
    if (bad !== undefined) return `"${bad}" is no ${field.name}`;
  }
  return undefined;
}

function isRange(text: string, field: CronField): boolean {
  const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (step !== undefined && (Number(step) < 1 || Number(step) > field.greatest)) return false;
  if (range === "*") return true;
  const ends = range.split("-").map((end) => valueOf(end, field));
  const [low, high = low] = ends;
  return ends.length <= 2 && low !== undefined && high !== undefined && low <= high;
}

function valueOf(text: string, { least, greatest, words, name }: CronField): number | undefined {
  const word = (words as readonly string[]).indexOf(text.toUpperCase());
  if (word >= 0) return name === "month" ? word + 1 : word;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= greatest ? value : undefined;
}
