/** Exit code of a process that Ctrl-C ended (128 + SIGINT). */
const interrupted = 130;

/** Runs the work, then `stop`; Ctrl-C and SIGTERM run `stop` at once and end the process. */
export async function untilInterrupted<T>(stop: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let stopping: Promise<void> | undefined;
  const stopOnce = (): Promise<void> => (stopping ??= stop());
  const interrupt = (): void => {
    void stopOnce().finally(() => process.exit(interrupted));
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await work();
  } finally {
    await stopOnce();
    process.removeListener("SIGINT", interrupt);
    process.removeListener("SIGTERM", interrupt);
  }
}
