/** Exit code of a process that Ctrl-C ended (128 + SIGINT). */
const interrupted = 130;

/** A closed terminal says SIGHUP. */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the work, then `stop`; Ctrl-C, SIGTERM and SIGHUP run `stop` at once and end the process. */
export async function untilInterrupted<T>(stop: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let stopping: Promise<void> | undefined;
  const stopOnce = (): Promise<void> => (stopping ??= stop());
  const interrupt = (): void => {
    void stopOnce().finally(() => process.exit(interrupted));
  };
  for (const signal of signals) process.once(signal, interrupt);
  try {
    return await work();
  } finally {
    await stopOnce();
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}
