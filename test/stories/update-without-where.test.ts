// One UPDATE without its WHERE, and every order in the table was cancelled.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { canonicalJson } from "@lintel/specs";
import { expect, test } from "vitest";
import { createLogger, readSettings, startServer } from "../../executor/index.ts";
import { compileWith, findingsOf } from "./judge-tool.ts";

const writing = (node: string): string => `
  - id: all
    type: transaction
    nodes:
      - { id: change, type: write, entity: Reservation, ${node} }
`;

const unbounded = {
  "an update of every row": 'action: update, values: { guests: "${1}" }',
  "an update of what is always so": 'action: update, where: "true", values: { guests: "${1}" }',
  "an update of what is always so, in other words":
    'action: update, where: "this.guests == this.guests", values: { guests: "${1}" }',
  "a deletion of every row": "action: softDelete",
} as const;

async function serve(flow: string): Promise<void> {
  const bundle = compileWith(flow);
  const folder = await mkdtemp(join(tmpdir(), "lintel-story-"));
  try {
    const file = join(folder, "bundle.json");
    await writeFile(file, canonicalJson(bundle));
    const settings = readSettings({
      PORT: "0",
      // Nothing listens here: a bundle that is Red must not come so far as to ask.
      LINTEL_DATABASE_URL: "postgresql://executor@127.0.0.1:9/none",
      LINTEL_BUNDLE: pathToFileURL(file).href,
      LINTEL_SECRET_HOUSEKEEPING_API_KEY: "x",
      LINTEL_SECRET_PAYMENTS_WEBHOOK_KEY: "x",
      LINTEL_SECRET_STRIPE_KEY: "x",
    });
    const server = await startServer({ settings, log: createLogger("fatal"), defaultBundleUrl: "", host: "127.0.0.1" });
    await server.drain();
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each(Object.entries(unbounded))("%s is Red, and no executor starts with it", async (_name, node) => {
  const flow = writing(node);
  expect(findingsOf(flow).map(({ rule, level }) => `${level} ${rule}`)).toContain("red unbounded-update");
  await expect(serve(flow)).rejects.toThrow(/is Red and is not served:\n- unbounded-update: tool probe, node change/u);
});

test("a change of one row, or of few, is served", async () => {
  const one = writing('action: update, key: "${input.id}", values: { guests: "${1}" }');
  const few = writing('action: update, where: { id: { in: "${input.ids}" } }, limit: 50, values: { guests: "${1}" }');
  for (const flow of [one, few]) {
    expect(findingsOf(flow).filter(({ level }) => level === "red")).toEqual([]);
    await serve(flow);
  }
});
