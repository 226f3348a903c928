// Mermaid's own parser, which wants a browser's document around it.
import { JSDOM } from "jsdom";

/** Throws what Mermaid has against a diagram; resolves to its kind. */
export type ParseDiagram = (text: string) => Promise<string>;

export async function mermaidParser(): Promise<ParseDiagram> {
  const { window } = new JSDOM("<!doctype html><body></body>");
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false });
  return async (text) => (await mermaid.parse(text)).diagramType;
}
