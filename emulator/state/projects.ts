import { createHash } from "node:crypto";
import { ApiError } from "../api/errors.ts";
import { limits } from "../limits.ts";
import type { Store } from "./store.ts";

/** A Google Cloud project. Every project id exists: making projects is not what the components do. */
export interface Project {
  readonly projectId: string;
  /** Decimal digits. */
  readonly projectNumber: string;
  readonly createTime: string;
}

/** Digits that stand for a project id; the same on every machine. */
function numberOf(projectId: string): string {
  return String(100000000000 + (createHash("sha256").update(projectId).digest().readUIntBE(0, 6) % 899999999999));
}

/** The project with this id or number; throws 403 as Google does for what is not there or not visible. */
export function projectOf(store: Store, idOrNumber: string): Project {
  const projects = store.collection<Project>("projects");
  const known =
    projects.get(idOrNumber) ?? projects.list().find(([, project]) => project.projectNumber === idOrNumber)?.[1];
  if (known !== undefined) return known;
  if (!limits.projectId.pattern.test(idOrNumber)) {
    throw new ApiError("PERMISSION_DENIED", `Permission denied on resource project ${idOrNumber}.`);
  }
  const project = { projectId: idOrNumber, projectNumber: numberOf(idOrNumber), createTime: new Date().toISOString() };
  projects.put(idOrNumber, project);
  return project;
}

/** A resource name with the project's id where it has its number, so that one thing has one key. */
export function withProjectId(store: Store, resource: string): string {
  return resource.replace(
    /^projects\/([^/]+)/,
    (_, project: string) => `projects/${projectOf(store, project).projectId}`,
  );
}

/** A resource name with the project's number, as Secret Manager and others answer it. */
export function withProjectNumber(store: Store, resource: string): string {
  return resource.replace(
    /^projects\/([^/]+)/,
    (_, project: string) => `projects/${projectOf(store, project).projectNumber}`,
  );
}
