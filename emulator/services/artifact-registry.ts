import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import { renderLongRunning, startLongRunning } from "../state/operations.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { mask } from "./update-mask.ts";

const prefix = "artifactregistry.projects.locations.repositories";

function parent(call: Call): string {
  return `projects/${call.project}/locations/${parameter(call, "locationsId")}`;
}

function nameOf(call: Call): string {
  return `${parent(call)}/repositories/${parameter(call, "repositoriesId")}`;
}

function uriOf(world: World, name: string): string {
  const [, project = "", , location = "", , repository = ""] = name.split("/");
  return `${world.registry ?? `${location}-docker.pkg.dev`}/${project}/${repository}`;
}

/** Artifact Registry v1: repositories. Images are pushed to a registry of their own; see `--registry`. */
export function artifactRegistryHandlers(world: World): Handlers {
  const repositories = world.store.collection<JsonObject>("repositories");
  const find = (call: Call): JsonObject => {
    const found = repositories.get(nameOf(call));
    if (found === undefined) throw new ApiError("NOT_FOUND", "Requested entity was not found.");
    return found;
  };
  return {
    ...policyHandlers(world, prefix, (call) => {
      find(call);
      return nameOf(call);
    }),
    [`${prefix}.create`]: (call) => create(world, call),
    [`${prefix}.get`]: find,
    [`${prefix}.list`]: (call) => ({
      repositories: repositories.list(`${parent(call)}/`).map(([, value]) => value),
    }),
    [`${prefix}.patch`]: (call) => {
      checkLabels(call.body["labels"]);
      const updateTime = new Date().toISOString();
      repositories.put(nameOf(call), toJson({ ...find(call), ...mask(call), name: nameOf(call), updateTime }));
      return find(call);
    },
    [`${prefix}.delete`]: (call) => {
      find(call);
      const start = { type: "delete", project: call.project, target: nameOf(call) };
      return startLongRunning(world.operations, parent(call), start, () => {
        repositories.delete(nameOf(call));
        world.policies.delete(nameOf(call));
        return Promise.resolve({});
      });
    },
    "artifactregistry.projects.locations.operations.get": async (call) =>
      renderLongRunning(await world.operations.poll(call.resource)),
  };
}

function create(world: World, call: Call): JsonObject {
  const repositories = world.store.collection<JsonObject>("repositories");
  const id = parameter(call, "repositoryId");
  checkName("repositoryId", "repository_id", id);
  checkLabels(call.body["labels"]);
  const name = `${parent(call)}/repositories/${id}`;
  if (repositories.has(name)) throw new ApiError("ALREADY_EXISTS", "the repository already exists");
  if (text(call.body, "format") === "") throw new ApiError("INVALID_ARGUMENT", "format must be specified");
  const now = new Date().toISOString();
  const registryUri = uriOf(world, name);
  const made = toJson({
    mode: "STANDARD_REPOSITORY",
    ...call.body,
    name,
    createTime: now,
    updateTime: now,
    registryUri,
  });
  const start = { type: "create", project: call.project, target: name };
  return startLongRunning(world.operations, parent(call), start, () => {
    repositories.put(name, made);
    return Promise.resolve(made);
  });
}
