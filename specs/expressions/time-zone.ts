// Decision: names are looked for in a list first: the engine's first date format takes longer than compiling a workspace.
const listed: ReadonlySet<string> = new Set([...Intl.supportedValuesOf("timeZone"), "UTC"]);

/** Whether the runtime's time zone database has the name, as a zone or as another name of one. */
export function hasTimeZone(name: string): boolean {
  if (listed.has(name)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
