import { ApiError } from "../api/errors.ts";
import { type JsonObject, toJson } from "../api/json.ts";
import { checkLabels, checkName } from "../limits.ts";
import { renderLongRunning } from "../state/operations.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";
import { mask } from "./update-mask.ts";

function uriOf(world: World, name: string): string {
  const [, project = "", , location = "", , repository = ""] = name.split("/");
  return `${world.registry ?? `${location}-docker.pkg.dev`}/${project}/${repository}`;
}

/** Artifact Registry v1: repositories. Images are pushed to a registry of their own; see `--registry`. */
export function artifactRegistryHandlers(world: World): Handlers {
  const repositories = world.store.collection<JsonObject>("repositories");
  const parent = (call: Call): string => `projects/${call.project}/locations/${parameter(call, "locationsId")}`;
  const nameOf = (call: Call): string => `${parent(call)}/repositories/${parameter(call, "repositoriesId")}`;
  const find = (name: string): JsonObject => {
    const found = repositories.get(name);
    if (found === undefined) throw new ApiError("NOT_FOUND", "Requested entity was not found.");
    return found;
  };
  const operate = (call: Call, type: string, target: string, work: () => JsonObject): JsonObject => {
    const start = { name: `${parent(call)}/operations/${crypto.randomUUID()}`, type, project: call.project, target };
    return renderLongRunning(world.operations.start(start, () => Promise.resolve(work())));
  };
  return {
    ...policyHandlers(world, "artifactregistry.projects.locations.repositories", (call) => {
      find(nameOf(call));
      return nameOf(call);
    }),
    "artifactregistry.projects.locations.repositories.create": (call) => {
      const id = parameter(call, "repositoryId");
      checkName("repositoryId", "repository_id", id);
      checkLabels(call.body["labels"]);
      const name = `${parent(call)}/repositories/${id}`;
      if (repositories.has(name)) throw new ApiError("ALREADY_EXISTS", "the repository already exists");
      if (text(call.body, "format") === "") throw new ApiError("INVALID_ARGUMENT", "format must be specified");
      const now = new Date().toISOString();
      const made = toJson({
        mode: "STANDARD_REPOSITORY",
        ...call.body,
        name,
        createTime: now,
        updateTime: now,
        registryUri: uriOf(world, name),
      });
      return operate(call, "create", name, () => {
        repositories.put(name, made);
        return made;
      });
    },
    "artifactregistry.projects.locations.repositories.get": (call) => find(nameOf(call)),
    "artifactregistry.projects.locations.repositories.list": (call) => ({
      repositories: repositories.list(`${parent(call)}/`).map(([, value]) => value),
    }),
    "artifactregistry.projects.locations.repositories.patch": (call) => {
      checkLabels(call.body["labels"]);
      const changed = toJson({
        ...find(nameOf(call)),
        ...mask(call),
        name: nameOf(call),
        updateTime: new Date().toISOString(),
      });
      repositories.put(nameOf(call), changed);
      return changed;
    },
    "artifactregistry.projects.locations.repositories.delete": (call) => {
      find(nameOf(call));
      return operate(call, "delete", nameOf(call), () => {
        repositories.delete(nameOf(call));
        world.policies.delete(nameOf(call));
        return {};
      });
    },
    "artifactregistry.projects.locations.operations.get": async (call) =>
      renderLongRunning(await world.operations.poll(call.resource)),
  };
}
