/** Type tokens of the component resources that the pack judges; components/ registers them. */
export const workspaceType = "lintel:index:Workspace";
export const toolType = "lintel:index:Tool";
