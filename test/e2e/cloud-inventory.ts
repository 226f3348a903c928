import type { Emulator } from "@lintel/emulator";

const place = "projects/lintel-test/locations/europe-west1";

/** Lists of Google's that show what a workspace leaves behind: endpoint argument, path below it, member of the answer. */
const lists = [
  ["cloudRunV2CustomEndpoint", `${place}/services`, "services"],
  ["cloudRunV2CustomEndpoint", `${place}/jobs`, "jobs"],
  ["cloudSchedulerCustomEndpoint", `${place}/jobs`, "jobs"],
  ["sqlCustomEndpoint", "projects/lintel-test/instances", "items"],
  ["secretManagerCustomEndpoint", "projects/lintel-test/secrets", "secrets"],
  ["iamBetaCustomEndpoint", "projects/lintel-test/serviceAccounts", "accounts"],
  ["computeCustomEndpoint", "projects/lintel-test/global/networks", "items"],
  ["computeCustomEndpoint", "projects/lintel-test/global/addresses", "items"],
  ["computeCustomEndpoint", "projects/lintel-test/regions/europe-west1/subnetworks", "items"],
] as const;

/** Names of everything that Google has of a workspace, as its own APIs list it. */
export async function cloudInventory(emulator: Emulator): Promise<readonly string[]> {
  const found = await Promise.all(lists.map(([endpoint, path, member]) => namesOf(emulator, endpoint, path, member)));
  return found.flat().sort();
}

async function namesOf(emulator: Emulator, endpoint: string, path: string, member: string): Promise<readonly string[]> {
  const response = await fetch(`${emulator.endpoints[endpoint] ?? ""}${path}`, {
    headers: { authorization: `Bearer ${emulator.accessToken}` },
  });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  // Where nobody has enabled the API there is nothing.
  if (/"(SERVICE_DISABLED|accessNotConfigured)"/.test(JSON.stringify(body))) return [];
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
  const items = (body[member] ?? []) as readonly { readonly name: string }[];
  return items.map(({ name }) => `${path.split("/").at(-1) ?? ""}/${name.split("/").at(-1) ?? ""}`);
}
