import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Our own pages for a terminal: headings, bold, code. Piped, they are Markdown as they are. */
export function renderMarkdown(text: string, hasColour: boolean): string {
  if (!hasColour) return text;
  let isCode = false;
  const lines = text.split("\n").flatMap((line) => {
    if (line.startsWith("```")) {
      isCode = !isCode;
      return [];
    }
    return [isCode ? codeLine(line) : proseLine(line)];
  });
  return lines.join("\n");
}

function codeLine(line: string): string {
  const comment = line.indexOf(" # expect:");
  const code = comment < 0 ? line : line.slice(0, comment);
  return `    ${code}${comment < 0 ? "" : paint("red", line.slice(comment))}`;
}

function proseLine(line: string): string {
  const heading = /^#+ (.+)$/.exec(line)?.[1];
  if (heading !== undefined) return paint(["bold", "underline"], heading);
  return line
    .replaceAll(/\*\*([^*]+)\*\*/g, (_, bold: string) => paint("bold", bold))
    .replaceAll(/`([^`]+)`/g, (_, code: string) => paint("cyan", code));
}

function paint(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
