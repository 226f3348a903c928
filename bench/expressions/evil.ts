// What the worst expressions cost, compiled and run once: the goal is that none takes 100 ms.
import { compileExpression, newFuel } from "@lintel/specs";
import { evilContext, evilExpressions, evilScope } from "../../test/specs/expressions/evil-expressions.ts";

const goal = 100;
const rows = evilExpressions.map(({ name, source }) => {
  const started = performance.now();
  try {
    compileExpression(source, evilScope)(evilContext, newFuel());
  } catch {
    // How it ends is the test's to say.
  }
  return { name, milliseconds: Math.round(performance.now() - started) };
});
const worst = Math.max(...rows.map(({ milliseconds }) => milliseconds));
process.stdout.write(
  `${rows.map(({ name, milliseconds }) => `${String(milliseconds).padStart(6)} ms  ${name}`).join("\n")}\n`,
);
process.stdout.write(`worst ${String(worst)} ms, goal ${String(goal)} ms\n`);
