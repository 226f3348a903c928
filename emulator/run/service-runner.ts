import type { Server } from "node:http";
import type { JsonObject } from "../api/json.ts";
import type { World } from "../world.ts";
import { freePort } from "./free-port.ts";
import { type Revision, type RevisionStart, startRevision } from "./revision.ts";
import { openProxy } from "./service-proxy.ts";

/** Runs the services of Cloud Run: a proxy at each one's URL, and the revision that serves behind it. */
export interface ServiceRunner {
  /** Opens the service's URL, the same one every time. */
  open(name: string): Promise<string>;
  /** Starts a revision and, once it is ready, gives it the traffic; throws when it does not become ready. */
  deploy(name: string, start: RevisionStart): Promise<void>;
  remove(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the runner; nothing runs yet. */
export function openServiceRunner(world: World): ServiceRunner {
  const ports = world.store.collection<number>("servicePorts");
  const services = world.store.collection<JsonObject>("runServices");
  const proxies = new Map<string, Server>();
  const serving = new Map<string, Revision>();
  const retiring = new Set<Promise<void>>();
  const retire = (revision: Revision | undefined): void => {
    if (revision === undefined) return;
    const ended = revision.stop().finally(() => retiring.delete(ended));
    retiring.add(ended);
  };
  const open = async (name: string): Promise<string> => {
    const port = ports.get(name) ?? (await freePort());
    ports.put(name, port);
    if (!proxies.has(name)) {
      const target = { name, service: () => services.get(name) ?? {}, port: () => serving.get(name)?.port() };
      proxies.set(name, await openProxy(world, target, port));
    }
    return `http://127.0.0.1:${String(port)}`;
  };
  const close = (name: string): void => {
    proxies.get(name)?.close();
    proxies.get(name)?.closeAllConnections();
    proxies.delete(name);
  };
  return {
    open,
    deploy: async (name, start) => {
      const revision = await startRevision(world, start);
      const before = serving.get(name);
      serving.set(name, revision);
      retire(before);
    },
    remove: async (name) => {
      close(name);
      ports.delete(name);
      const revision = serving.get(name);
      serving.delete(name);
      await revision?.stop();
    },
    stop: async () => {
      for (const name of [...proxies.keys()]) close(name);
      await Promise.all([...[...serving.values()].map((revision) => revision.stop()), ...retiring]);
    },
  };
}
