import { styleText } from "node:util";
import { type DiffLevel, diffRules } from "@lintel/specs";
import { printable } from "../report/printable.ts";
import { counted } from "../report/verdict.ts";
import type { DiffReport, PlacedChange } from "./diff-report.ts";

const colours = { breaking: "red", warning: "yellow", info: "dim" } as const;

/** A line per change, the worst first, and one that sums up. */
export function printText(report: DiffReport, isQuiet: boolean, hasColour: boolean): string {
  const shown = report.changes.filter(({ level }) => !isQuiet || level !== "info");
  const lines = shown.map((change) => line(change, hasColour));
  return [...lines, ...(lines.length === 0 ? [] : [""]), summary(report), ""].join("\n");
}

function line(change: PlacedChange, hasColour: boolean): string {
  const { level, kind, name, rule, message } = change;
  const paint = (text: string): string =>
    hasColour ? styleText(colours[level], text, { validateStream: false }) : text;
  const place = change.file === undefined ? "" : `${change.file}:${String(change.line)} `;
  const rules = diffRules[rule];
  const instead = "instead" in rules ? `\n    ${rules.why} ${rules.instead}` : "";
  return `${paint(level.padEnd(8))} ${printable(`${place}${kind} ${name}: ${message}`)} [${rule}]${instead}`;
}

/** `2 breaking changes, 1 warning, 3 others`. */
export function summary({ changes, counts, old, new: next }: DiffReport): string {
  const sides = printable(`${old.name} to ${next.name}`);
  if (changes.length === 0) return `nothing has changed from ${sides}`;
  const told: readonly (readonly [DiffLevel, string])[] = [
    ["breaking", "breaking change"],
    ["warning", "warning"],
    ["info", "other change"],
  ];
  return `${told.map(([level, noun]) => counted(counts[level], noun)).join(", ")} from ${sides}`;
}
