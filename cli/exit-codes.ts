/** What a command's exit code means; the same for every command that judges specs. */
export const exitCodes = {
  green: 0,
  /** A scenario of `lintel test` failed, or a drawn sequence of calls broke a promise. */
  failed: 1,
  /** Wrong usage, or specs that do not compile. */
  usage: 2,
  /** Nothing found to work on. */
  nothing: 3,
  /** Yellow findings that no valid acknowledgement accepts. */
  yellow: 10,
  red: 20,
  /** `lintel diff`: what works today stops working. */
  breaking: 30,
  /** `lintel preview`: the engine failed, so there is no verdict. */
  engine: 40,
  /** The command itself failed (EX_SOFTWARE of sysexits.h): never a verdict. */
  internal: 70,
} as const;
