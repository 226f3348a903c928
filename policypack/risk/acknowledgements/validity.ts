const date = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the last valid day (UTC) has passed; a date that is none counts as passed. */
export function isExpired(expires: string, now: Date | string): boolean {
  return !isDate(expires) || today(now) > expires;
}

/** Whether the last valid day lies more than that many days ahead. */
export function reachesBeyond(expires: string, days: number, now: Date | string): boolean {
  if (!isDate(expires)) return false;
  return (Date.parse(expires) - Date.parse(today(now))) / 86_400_000 > days;
}

function today(now: Date | string): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** YYYY-MM-DD of a day that exists. */
export function isDate(text: string): boolean {
  if (!date.test(text)) return false;
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}
