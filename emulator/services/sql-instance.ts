import { ApiError, invalidField } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import { describeCertificate } from "../sql/certificates.ts";
import type { ServerRecord } from "../sql/database-servers.ts";
import { projectOf } from "../state/projects.ts";
import { text, type World } from "../world.ts";
import { pathOf } from "./compute-store.ts";
import type { Connection } from "./service-networking.ts";

const settingDefaults: JsonObject = {
  kind: "sql#settings",
  activationPolicy: "ALWAYS",
  availabilityType: "ZONAL",
  connectorEnforcement: "NOT_REQUIRED",
  dataDiskSizeGb: "10",
  dataDiskType: "PD_SSD",
  edition: "ENTERPRISE",
  pricingPlan: "PER_USE",
  replicationType: "SYNCHRONOUS",
  storageAutoResize: true,
  storageAutoResizeLimit: "0",
  deletionProtectionEnabled: false,
};

function objectAt(value: JsonObject, name: string): JsonObject {
  const member = value[name];
  return isObject(member) ? member : {};
}

/** The settings of an instance's JSON. */
export function settingsOf(instance: JsonObject): JsonObject {
  return objectAt(instance, "settings");
}

/** The IP configuration of an instance's JSON. */
export function ipConfigurationOf(instance: JsonObject): JsonObject {
  return objectAt(settingsOf(instance), "ipConfiguration");
}

/** Says whether a database flag is on. */
export function hasFlag(instance: JsonObject, flag: string): boolean {
  const flags = (settingsOf(instance)["databaseFlags"] ?? []) as readonly JsonObject[];
  return flags.some((one) => one["name"] === flag && one["value"] === "on");
}

/** Database flags that PostgreSQL itself understands. */
export function serverSettings(instance: JsonObject): Readonly<Record<string, string>> {
  const flags = (settingsOf(instance)["databaseFlags"] ?? []) as readonly JsonObject[];
  const own = flags.filter((flag) => !text(flag, "name").startsWith("cloudsql."));
  return Object.fromEntries(own.map((flag) => [text(flag, "name"), text(flag, "value")]));
}

function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isObject(value) && isObject(below) && key !== "userLabels" ? merge(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(merged) };
}

/** Settings with Cloud SQL's defaults filled in and its version counted up. */
function completeSettings(given: JsonObject, current: JsonObject): JsonObject {
  const merged = merge(merge(settingDefaults, current), given);
  const ip = merge(
    {
      ipv4Enabled: true,
      requireSsl: false,
      sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
    },
    objectAt(merged, "ipConfiguration"),
  );
  const backup = merge(
    {
      kind: "sql#backupConfiguration",
      enabled: false,
      startTime: "10:00",
      transactionLogRetentionDays: 7,
      backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: 7 },
    },
    objectAt(merged, "backupConfiguration"),
  );
  const version = Number(current["settingsVersion"] ?? 0) + 1;
  return { ...merged, ipConfiguration: ip, backupConfiguration: backup, settingsVersion: String(version) };
}

/** Throws 400 for what Cloud SQL refuses in an instance. */
export function checkInstance(body: JsonObject): void {
  checkName("sqlInstance", "name", text(body, "name"));
  checkLabels(settingsOf(body)["userLabels"], "settings.userLabels");
  if (!/^POSTGRES_\d+$/.test(text(body, "databaseVersion"))) {
    throw invalidField(
      "databaseVersion",
      `Invalid value for: databaseVersion ("${text(body, "databaseVersion")}"). The emulator has PostgreSQL only.`,
    );
  }
  if (text(settingsOf(body), "tier") === "")
    throw new ApiError("INVALID_ARGUMENT", "Missing parameter: Tier.", { reason: "required" });
  const ip = ipConfigurationOf(body);
  if (ip["ipv4Enabled"] === false && text(ip, "privateNetwork") === "" && ip["pscConfig"] === undefined) {
    throw new ApiError(
      "INVALID_ARGUMENT",
      "Invalid request: At least one of Public IP, Private IP or PSC connectivity must be enabled.",
    );
  }
}

/** The address range of an instance's private network; throws 400 without a private services connection. */
export function privateRange(world: World, body: JsonObject): string {
  const network = pathOf(text(ipConfigurationOf(body), "privateNetwork"));
  if (network === "") return "127.0.3.0/24";
  const connection = world.store.collection<Connection>("connections").get(network);
  if (connection === undefined) {
    throw new ApiError(
      "INVALID_ARGUMENT",
      "Failed to create subnetwork. Please create Service Networking connection with service 'servicenetworking.googleapis.com' from consumer project and network and try again.",
      { reason: "networkNotPeered" },
    );
  }
  const project = network.split("/")[1] ?? "";
  const wanted = text(ipConfigurationOf(body), "allocatedIpRange") || (connection.reservedPeeringRanges[0] ?? "");
  const address = world.store.collection<JsonObject>("compute").get(`projects/${project}/global/addresses/${wanted}`);
  if (address === undefined) throw new ApiError("INVALID_ARGUMENT", `Allocated IP range ${wanted} does not exist.`);
  const [, ...rest] = text(address, "address").split(".");
  return `127.${rest.join(".")}/${String(Number(address["prefixLength"] ?? 24))}`;
}

/** A new instance as it is shown before its server runs. */
export function newInstance(world: World, project: string, body: JsonObject): JsonObject {
  const name = text(body, "name");
  const region = text(body, "region") || "us-central1";
  return toJson({
    kind: "sql#instance",
    ...body,
    settings: completeSettings(settingsOf(body), {}),
    state: "PENDING_CREATE",
    project,
    region,
    gceZone: `${region}-b`,
    backendType: "SECOND_GEN",
    instanceType: "CLOUD_SQL_INSTANCE",
    databaseInstalledVersion: text(body, "databaseVersion"),
    sqlNetworkArchitecture: "NEW_NETWORK_ARCHITECTURE",
    connectionName: `${project}:${region}:${name}`,
    createTime: new Date().toISOString(),
    serviceAccountEmailAddress: `p${projectOf(world.store, project).projectNumber}-${name.slice(0, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${name}`,
    etag: crypto.randomUUID(),
  });
}

/** The instance once its server takes connections. */
export function runnableInstance(instance: JsonObject, server: ServerRecord): JsonObject {
  const isPrivate = text(ipConfigurationOf(instance), "privateNetwork") !== "";
  const authority = describeCertificate(text(instance, "name"), server.certificates.authority);
  return toJson({
    ...instance,
    state: "RUNNABLE",
    ipAddresses: [{ type: isPrivate ? "PRIVATE" : "PRIMARY", ipAddress: server.address }],
    serverCaCert: authority,
  });
}

/** An instance changed by PATCH (settings merged) or PUT (settings replaced). */
export function changedInstance(current: JsonObject, body: JsonObject, replaces: boolean): JsonObject {
  const given = settingsOf(body);
  checkLabels(given["userLabels"], "settings.userLabels");
  const wanted = text(given, "settingsVersion");
  const version = text(settingsOf(current), "settingsVersion");
  if (wanted !== "" && wanted !== "0" && wanted !== version) {
    throw new ApiError("CONDITION_NOT_MET", "Condition does not match.", { reason: "staleData" });
  }
  const kept = replaces ? { settingsVersion: version } : settingsOf(current);
  const { settings: _, ...rest } = body;
  return toJson({
    ...current,
    ...rest,
    settings: completeSettings({ ...given, settingsVersion: undefined }, kept),
    etag: crypto.randomUUID(),
  });
}
