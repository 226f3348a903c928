import { ApiError } from "../api/errors.ts";
import { isObject, type JsonObject } from "../api/json.ts";
import { projectPolicy } from "../services/resource-manager.ts";
import { findVersion } from "../services/secret-versions.ts";
import { withProjectId, withProjectNumber } from "../state/projects.ts";
import { text, type World } from "../world.ts";
import { variablesOf } from "./template.ts";

/** Roles that may read a secret version's payload. */
const accessorRoles = ["roles/secretmanager.secretAccessor", "roles/secretmanager.admin", "roles/owner"];

/** The values of a container's environment variables, those of secrets read as the service account. */
export function resolveEnvironment(
  world: World,
  project: string,
  account: string,
  container: JsonObject,
): Readonly<Record<string, string>> {
  const values = variablesOf(container).map((variable, index) => {
    const source = isObject(variable["valueSource"]) ? variable["valueSource"] : {};
    const reference = source["secretKeyRef"];
    const value = isObject(reference) ? readSecret(world, project, account, reference, index) : text(variable, "value");
    return [text(variable, "name"), value] as const;
  });
  return Object.fromEntries(values);
}

function readSecret(world: World, project: string, account: string, reference: JsonObject, index: number): string {
  const given = text(reference, "secret");
  const secret = withProjectId(
    world.store,
    given.startsWith("projects/") ? given : `projects/${project}/secrets/${given}`,
  );
  const field = `spec.template.spec.containers[0].env[${String(index)}].value_from.secret_key_ref.name`;
  const alias = text(reference, "version") || "latest";
  const shown = `${withProjectNumber(world.store, secret)}/versions/${alias}`;
  const owner = secret.split("/")[1] ?? project;
  if (!world.policies.allows([secret, projectPolicy(owner)], `serviceAccount:${account}`, accessorRoles)) {
    throw new ApiError(
      "FAILED_PRECONDITION",
      `${field}: Permission denied on secret: ${shown} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
    );
  }
  const found = findVersion(world, secret, alias);
  if (found?.version.state !== "ENABLED")
    throw new ApiError("FAILED_PRECONDITION", `${field}: Secret ${shown} was not found`);
  return Buffer.from(found.version.data ?? "", "base64").toString("utf8");
}
