import { analyse, type Finding } from "@lintel/policypack/risk";
import type { Bundle } from "@lintel/specs";
import { compileBookings } from "../executor/bookings.ts";
import { storyFiles } from "./start-workspace.ts";

const template = '{ subject: "Hello ${values.name}", text: "Hello ${values.name}" }';
const providers = [
  `mail: { type: email, url: "smtp://127.0.0.1:9", from: "Hotel <desk@hotel.example>", templates: { hello: ${template} } }`,
  `stripe: { type: payment, api: stripe, baseUrl: "http://127.0.0.1:9", secret: stripe-key }`,
];

/** The workspace with one more tool, which starts from this flow (YAML) and has an input `id`. */
export function compileWith(flow: string): Bundle {
  const text = `
apiVersion: lintel/v1
kind: Tool
name: probe
trigger: { http: { method: POST, path: /probe } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  required: [id, ids]
  properties: { id: { type: string, format: uuid }, ids: { type: array, maxItems: 50, items: { type: string, format: uuid } } }
output: { type: object, properties: {} }
flow:
${flow}
respond: {}
`;
  const files = { ...storyFiles, "tools/probe.yaml": text };
  return compileBookings({ issuer: "http://127.0.0.1:9", files, providers });
}

/** What the risk engine finds in that tool. */
export function findingsOf(flow: string): readonly Finding[] {
  const { tools } = analyse(compileWith(flow), [], "2026-06-15");
  return tools.find(({ name }) => name === "probe")?.findings ?? [];
}
