/** Ctrl-C or the end of the terminal, so that whatever was started is ended, whenever it comes. */
export interface Interruption {
  /** Ends child processes that it was given to. */
  readonly signal: AbortSignal;
  /** Settles as the work does; rejects with Interrupted when that comes first. */
  orWork<T>(work: Promise<T>): Promise<T>;
  /** Resolves when it comes. */
  readonly came: Promise<void>;
}

/** Not a failure: somebody wanted an end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

export function awaitInterruption(): Interruption {
  const controller = new AbortController();
  const came = new Promise<void>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        controller.abort();
        resolve();
      });
    }
  });
  const interrupted = came.then(() => {
    throw new Interrupted("interrupted: everything that was started is ended");
  });
  interrupted.catch(() => undefined);
  return { signal: controller.signal, came, orWork: (work) => Promise.race([work, interrupted]) };
}
