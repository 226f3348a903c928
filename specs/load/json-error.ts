/** Where a text stops being JSON, and why; nothing where it is JSON. */
export interface JsonError {
  readonly offset: number;
  readonly reason: string;
}

export function jsonError(text: string): JsonError | undefined {
  const message = failureOf(text);
  if (message === undefined) return undefined;
  const reason = message.replace(/ in JSON at position .*/s, "").replace(/, (\.\.\.)?".* is not valid JSON/s, "");
  return { offset: positionIn(message) ?? firstWrong(text), reason };
}

function failureOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function positionIn(message: string): number | undefined {
  const [, position] = / in JSON at position (\d+)/.exec(message) ?? [];
  return position === undefined ? undefined : Number(position);
}

/** V8 names no position of an unexpected token: what comes before it is only unfinished, which halving the text finds out. */
function firstWrong(text: string): number {
  let [sound, wrong] = [0, text.length];
  while (wrong - sound > 1) {
    const middle = (sound + wrong) >> 1;
    if (isUnfinished(text.slice(0, middle))) sound = middle;
    else wrong = middle;
  }
  return sound;
}

function isUnfinished(text: string): boolean {
  const message = failureOf(text);
  if (message === undefined || /end of JSON input|^Unterminated/.test(message)) return true;
  return positionIn(message) === text.length;
}
