import { setTimeout } from "node:timers/promises";

/** Milliseconds after which a question that is not answered counts as answered with no. */
const patience = 3000;
/** Milliseconds for which an answer holds. */
const freshness = 1000;

/**
 * One question at a time, whoever asks: all share its answer, which holds for a second. Also after those who asked were told no for its
 * being late, it is not asked again before it has ended, because it still holds what it needs, such as a connection.
 * `ask` never rejects.
 */
export function sharedAnswer(ask: () => Promise<boolean>): () => Promise<boolean> {
  let current: Promise<boolean> | undefined;
  const forget = async (...answers: readonly Promise<boolean>[]): Promise<void> => {
    await Promise.all(answers);
    await setTimeout(freshness, undefined, { ref: false });
    current = undefined;
  };
  const begin = (): Promise<boolean> => {
    const asked = ask();
    const told = inTime(asked);
    void forget(asked, told);
    return told;
  };
  return () => (current ??= begin());
}

async function inTime(asked: Promise<boolean>): Promise<boolean> {
  const limit = new AbortController();
  const late = setTimeout(patience, false, { signal: limit.signal }).catch(() => false);
  try {
    return await Promise.race([asked, late]);
  } finally {
    limit.abort();
  }
}
