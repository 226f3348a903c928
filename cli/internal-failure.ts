/** What is printed when the command itself fails: neither a verdict nor the user's fault. Ends with a newline. */
export function internalFailure(error: unknown): string {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `lintel: an internal failure, no verdict; please report it with these lines\n${trace}\n`;
}
