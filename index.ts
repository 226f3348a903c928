// The repository as a Pulumi project: one Workspace per spec folder that the stack's configuration names.
import { Workspace } from "@lintel/components";
import { type DeployedFolder, readStackConfig, workspaceArgs } from "./stack-config.ts";

const config = readStackConfig();

function deploy(folder: DeployedFolder): readonly [string, object] {
  const { url, digest, level } = new Workspace(folder.name, workspaceArgs(config, folder));
  return [folder.name, { url, digest, level }];
}

/** Of each workspace, by name: where it is served, the digest of its bundle, its risk level. */
export const workspaces: Readonly<Record<string, object>> = Object.fromEntries(config.folders.map(deploy));
