import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeImageContext } from "@lintel/executor";
import { audience, type Stage, type StageDatabase } from "./database.ts";
import { type Dialect, rest } from "./drive.ts";
import { installPeer, run } from "./install-peer.ts";
import type { Program } from "./server-process.ts";

/** A server that does the work, ready to be started. */
export interface Peer {
  readonly name: PeerName;
  readonly dialect: Dialect;
  /** On a database that is its own; `port` leads to it. */
  programOn(database: StageDatabase, port?: number): Program;
}

export const peerNames = ["lintel", "hand-pipelined", "hand-sequential", "prisma", "postgraphile", "directus"] as const;
export type PeerName = (typeof peerNames)[number];

/** Installs and builds what a peer needs. @throws Error with what stands in the way */
export type PreparePeer = (stage: Stage, scratch: string) => Peer | Promise<Peer>;

export const peers: Readonly<Record<PeerName, PreparePeer>> = {
  lintel: async ({ bundle }, scratch) => {
    const folder = join(scratch, "image");
    await writeImageContext({ bundle, folder });
    // As the image does, whose Node is this one.
    run(process.execPath, ["main.mjs", "snapshot", "lintel.blob"], folder);
    return {
      name: "lintel",
      dialect: rest,
      programOn: (database, port) => ({
        args: ["--snapshot-blob", "lintel.blob", join(folder, "main.mjs")],
        folder,
        environment: { LINTEL_DATABASE_URL: database.urlFor("executor", port), LINTEL_BUNDLE_DIGEST: bundle.digest },
        probe: "/startupz",
      }),
    };
  },
  "hand-pipelined": (stage) => byHand(stage, "pipelined"),
  "hand-sequential": (stage) => byHand(stage, "sequential"),
  prisma: (stage) => {
    const folder = installPeer("prisma", (made) =>
      // The generator needs no engine but asks for one, from a host that is no package registry.
      run("node_modules/.bin/prisma", ["generate"], made, { PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true" }),
    );
    return { name: "prisma", dialect: rest, programOn: programs(stage, folder, ["server.mjs"], "superuser") };
  },
  postgraphile: (stage) => {
    const folder = installPeer("postgraphile");
    return { name: "postgraphile", dialect: graphql, programOn: programs(stage, folder, ["server.mjs"], "superuser") };
  },
  directus: (stage) => {
    // directus@12.4.1 names @directus/app@18.0.1, which the registry does not have.
    const folder = installPeer("directus", buildIsolatedVm);
    return {
      name: "directus",
      dialect: rest,
      programOn: programs(stage, folder, ["server.mjs"], "superuser", "/server/ping"),
    };
  },
};

function byHand(stage: Stage, way: "pipelined" | "sequential"): Peer {
  const folder = installPeer("by-hand");
  return { name: `hand-${way}`, dialect: rest, programOn: programs(stage, folder, ["server.mjs", way]) };
}

function programs(
  { issuer }: Stage,
  folder: string,
  args: readonly string[],
  role: "executor" | "superuser" = "executor",
  probe = "/readyz",
): Peer["programOn"] {
  return (database, port) => ({
    args,
    folder,
    environment: {
      DATABASE_URL: database.urlFor(role, port),
      ISSUER: issuer.url,
      JWKS_URL: `${issuer.url}/jwks.json`,
      AUDIENCE: audience,
    },
    probe,
  });
}

/** Directus needs a native module that the registry has no program of; Node's headers are beside the Node that runs this. */
function buildIsolatedVm(folder: string): void {
  const node = join(dirname(process.execPath), "..");
  if (!existsSync(join(node, "include", "node", "v8.h"))) {
    throw new Error(`isolated-vm has to be built, and Node's headers are not in ${node}`);
  }
  const compiler = join(folder, "node_modules", "node-gyp", "bin", "node-gyp.js");
  const options = ["rebuild", "--release", `--nodedir=${node}`];
  run(process.execPath, [compiler, ...options], join(folder, "node_modules", "isolated-vm"), { CXXFLAGS: "-O1 -g0" });
}

const mutation = `mutation ($input: CreateReservationInput!) { createReservation(input: $input) { result { id total refusal } } }`;

/** GraphQL answers 200 whatever happens; a refusal is told in the result. */
const graphql: Dialect = {
  path: "/graphql",
  bodyOf: ({ body }) => ({ query: mutation, variables: { input: body } }),
  statusOf: (status, text) => {
    if (status !== 200) return status;
    if (text.includes('"errors"')) return 500;
    return text.includes('"refusal":null') ? 200 : 400;
  },
};
