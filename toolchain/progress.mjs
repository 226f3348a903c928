/** Seconds between two lines about a step that takes long, where no terminal can be rewritten. */
const reportEverySeconds = 15;

/**
 * @typedef {object} Progress
 * @property {<T>(title: string, work: () => Promise<T>) => Promise<T>} step runs work, showing its title and its seconds
 * @property {(text: string) => void} note prints one line about a decision
 */

/**
 * Shows what the set-up does on stderr, so that stdout stays that of the command which called it.
 * @returns {Progress}
 */
export function showProgress() {
  return { step, note: (text) => void process.stderr.write(`set-up: ${text}\n`) };
}

/**
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function step(title, work) {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  process.stderr.write(`set-up: ${title} ...\n`);
  const timer = setInterval(() => {
    process.stderr.write(`set-up: ${title} ... ${String(seconds())} s\n`);
  }, reportEverySeconds * 1000);
  try {
    const result = await work();
    process.stderr.write(`set-up: ${title}: done in ${String(seconds())} s\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
