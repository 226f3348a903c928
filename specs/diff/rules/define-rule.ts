import type { DiffRule } from "../change.ts";

export function breaking(title: string, why: string, instead: string): DiffRule {
  return { level: "breaking", title, why, instead };
}

export function warning(title: string, why: string): DiffRule {
  return { level: "warning", title, why };
}

export function info(title: string, why: string): DiffRule {
  return { level: "info", title, why };
}
