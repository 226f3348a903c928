import { projectOf } from "../state/projects.ts";
import { type Call, type Handlers, parameter, type World } from "../world.ts";
import { policyHandlers } from "./iam-policy.ts";

/** The key of a project's IAM policy. */
export function projectPolicy(project: string): string {
  return `projects/${project}`;
}

/** Cloud Resource Manager v1: the project and its IAM policy. */
export function resourceManagerHandlers(world: World): Handlers {
  const { store } = world;
  const keyOf = (call: Call): string => projectPolicy(projectOf(store, parameter(call, "resource")).projectId);
  return {
    ...policyHandlers(world, "cloudresourcemanager.projects", keyOf),
    "cloudresourcemanager.projects.get": (call) => {
      const project = projectOf(store, parameter(call, "projectId"));
      return { ...project, name: project.projectId, lifecycleState: "ACTIVE" };
    },
  };
}
