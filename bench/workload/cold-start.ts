import { spawnSync } from "node:child_process";
import type { StageDatabase } from "./database.ts";
import type { Peer } from "./peers.ts";
import { startServerProcess } from "./server-process.ts";

/** Milliseconds, in turn: from the process start to the first 200 (its startup probe, for which it asks the database), and `node -e 0`. */
export interface ColdStart {
  readonly started: readonly number[];
  readonly node: readonly number[];
}

export async function measureColdStart(peer: Peer, database: StageDatabase, rounds: number): Promise<ColdStart> {
  const started: number[] = [];
  const node: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServerProcess(peer.programOn(database));
    started.push(server.startedIn);
    await server.stop();
    const before = performance.now();
    spawnSync(process.execPath, ["-e", "0"], { stdio: "ignore" });
    node.push(performance.now() - before);
  }
  return { started, node };
}
