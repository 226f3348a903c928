import { styleText } from "node:util";

/** Tells a person what happens: numbered steps with the seconds since the start, and plain lines below them. */
export interface Narrator {
  step(title: string): void;
  line(text?: string): void;
}

export function narrate(out: NodeJS.WriteStream): Narrator {
  const start = performance.now();
  let count = 0;
  const paint = (text: string): string => (out.isTTY ? styleText("bold", text) : text);
  return {
    step: (title) => {
      count += 1;
      const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
      out.write(`\n${paint(`${String(count)}. ${title}`)}  [${seconds} s]\n`);
    },
    line: (text = "") => out.write(`${text}\n`),
  };
}
