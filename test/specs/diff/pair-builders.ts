// How pairs of specs for the rules of `lintel diff` are written down.
import type { Changes } from "./base-specs.ts";

export interface Pair {
  readonly old?: Changes;
  readonly next?: Changes;
}

export const tool = "tools/rename-ticket.yaml";
export const probe = "tools/probe.yaml";
export const hook = "tools/delivered.yaml";
export const entity = "entities/ticket.yaml";
export const workspace = "workspace.yaml";
export const policy = "policies/calm.yaml";

export function replace(file: string, from: string, to: string): Pair {
  return { next: { [file]: [[from, to]] } };
}

/** The same the other way round. */
export function undo(file: string, from: string, to: string): Pair {
  return { old: { [file]: [[from, to]] } };
}

/** The probe's input property, before and after, as YAML. */
export function request(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({ [probe]: [["x: { type: string }", `x: ${schema}`]] });
  return { old: to(before), next: to(after) };
}

export function response(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({ [probe]: [["y: {}", `y: ${schema}`]] });
  return { old: to(before), next: to(after) };
}

export function algorithms(before: string, after: string): Pair {
  const to = (list: string): Changes => ({
    [workspace]: [["roleClaim: roles", `roleClaim: roles, algorithms: [${list}]`]],
  });
  return { old: to(before), next: to(after) };
}

/** The whole input of the probe. */
export function input(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({
    [probe]: [["{ type: object, properties: { x: { type: string } } }", schema]],
  });
  return { old: to(before), next: to(after) };
}

export function output(before: string, after: string): Pair {
  const to = (schema: string): Changes => ({
    [probe]: [
      ["{ type: object, properties: { y: {} } }", schema],
      ["respond: {}", schema.includes("y:") ? "respond: { y: 1 }" : "respond: {}"],
    ],
  });
  return { old: to(before), next: to(after) };
}

export function twoParameters(parameters: string): readonly (readonly [string, string])[] {
  return [
    ['path: "/probe"', `path: "/probe/${parameters}"`],
    [
      "{ type: object, properties: { x: { type: string } } }",
      "{ type: object, required: [x, y], properties: { x: { type: string }, y: { type: string } } }",
    ],
  ];
}

export function httpTool(name: string, path: string): string {
  const head = `apiVersion: lintel/v1\nkind: Tool\nname: ${name}\ntrigger: { http: { method: POST, path: ${path} } }\n`;
  return `${head}authorize: { roles: [agent] }\noutput: { type: object, properties: {} }\nrespond: {}\nflow: [{ id: told, type: transform, value: 1 }]\n`;
}

export function check(expr: string): string {
  return `{ id: check, type: assert, expr: "${expr}", message: no }`;
}

export function tickets(limit: number): string {
  return `{ id: tickets, type: read, entity: Ticket, limit: ${String(limit)} }`;
}

export const mail = 'mail: { type: email, url: "smtp://mail.test", from: desk@desk.test }';
export const x = "x: { type: string }";
export const y = "y: { type: integer }";
export const one = "{ type: string, maxLength: 3 }";
export const two = "{ type: string, minLength: 9 }";
export const three = "{ type: string, pattern: ^a }";
export const deprecated = ["version: 1.0.0", "version: 1.0.0\ndeprecated: true"] as const;
export const sunset = (date: string) =>
  ["version: 1.0.0", `version: 1.0.0\ndeprecated: true\nsunset: "${date}"`] as const;

export function machine(): string {
  return "status: { field: status, initial: new, final: [old], transitions: { age: { from: [new], to: old } } }\n";
}

export function label(more = ""): string {
  return `apiVersion: lintel/v1\nkind: Entity\nname: Label\nfields: { id: { type: uuid, generated: true } }\n${more}`;
}
