/** Whether a stream is coloured; NO_COLOR (no-color.org) and FORCE_COLOR (Node.js `util.styleText`) stand above the terminal. */
export function hasColour(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = environment;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (refused !== undefined && refused !== "") return false;
  return isTerminal && terminal !== "dumb";
}

/** Writes one line over and over; "" clears it. */
export function progressLine(write: (text: string) => void, columns: number): (text: string) => void {
  return (text) => {
    write(`\r\u001b[2K${text.slice(0, Math.max(0, columns - 1))}`);
  };
}
