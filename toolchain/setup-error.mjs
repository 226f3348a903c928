/** A step of the set-up that cannot be done; `remedy` says what the person can do about it. */
export class SetupError extends Error {
  /**
   * @param {string} message names the thing and what is wrong with it
   * @param {string} remedy what to do, as a full sentence
   */
  constructor(message, remedy) {
    super(message);
    this.name = "SetupError";
    this.remedy = remedy;
  }
}

/**
 * Prints an error the way a person wants to read it: a SetupError without a stack, anything else with one.
 * @param {unknown} error
 */
export function printError(error) {
  if (error instanceof SetupError) {
    process.stderr.write(`\nset-up: ${error.message}\n        ${error.remedy}\n`);
    return;
  }
  process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
