/** Whether the long forms run (`npm run test:faults`), or the short ones that every run of the tests holds. */
export const isLong = process.env["MODE"] === "long";

/** Figures of a long form, for whoever runs it. */
export function report(name: string, figures: Readonly<Record<string, unknown>>): void {
  if (isLong) process.stderr.write(`${name}: ${JSON.stringify(figures)}\n`);
}
