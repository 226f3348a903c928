import type { CloudContext, CloudResource, CloudRule, Observation } from "../cloud-rule.ts";
import { isProps, listAt, textAt, textsAt, valueAt } from "../read-props.ts";

const service = "gcp:cloudrunv2/service:Service";
const grant = /^gcp:.*(IamMember|IAMMember|IamBinding|IAMBinding|IamPolicy|IAMPolicy)$/;
const everyone: ReadonlySet<string> = new Set(["allUsers", "allAuthenticatedUsers"]);

/**
 * Application clients and webhooks carry no Google token, so an executor that serves them lets everyone through to its own
 * authorization. Nothing else is open to everyone.
 */
export const publicInvoker: CloudRule = {
  id: "public-invoker",
  title: "Only an executor whose specs declare tools for clients or webhooks may be called by everyone",
  rationale: "Everyone on the internet may call it, and nothing behind it asks who they are.",
  fix: "grant the role to who needs it; for an executor, name its service by the resource's own output, so that it comes first",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === service || grant.test(type),
  observe: (resource, context) =>
    resource.type === service ? [uncheckedService(resource, context)] : [grantToEveryone(resource, context)],
};

function uncheckedService({ props }: CloudResource, { seen }: CloudContext): Observation {
  return () => {
    if (valueAt(props, "invokerIamDisabled") !== true) return undefined;
    const workspace = textAt(props, "labels", "lintel-workspace");
    if (workspace !== undefined && seen.takesAnonymousCalls(workspace)) return undefined;
    return "lets everyone call it (invokerIamDisabled), and no workspace of this stack declares a tool for clients on it";
  };
}

function grantToEveryone({ type, props }: CloudResource, { seen }: CloudContext): Observation {
  return () => {
    const { role, members } = grantOf(props);
    const found = members.find((member) => everyone.has(member));
    if (found === undefined) return undefined;
    const workspace = type.startsWith("gcp:cloudrunv2/service") ? workspaceOf(props, seen) : undefined;
    const isForClients = workspace !== undefined && seen.takesAnonymousCalls(workspace);
    if (isForClients && found === "allUsers" && role === "roles/run.invoker") return undefined;
    return `grants ${role ?? "a role"} to ${found}${reason(workspace, isForClients)}`;
  };
}

function reason(workspace: string | undefined, isForClients: boolean): string {
  if (workspace === undefined) return ", on what is no executor's service of this stack";
  return isForClients ? "" : `, though the workspace "${workspace}" declares no tool for clients or webhooks`;
}

function workspaceOf(props: CloudResource["props"], seen: CloudContext["seen"]): string | undefined {
  const name = textAt(props, "name");
  return name === undefined ? undefined : seen.workspaceOfService(name.split("/").at(-1) ?? name);
}

function grantOf(props: CloudResource["props"]): {
  readonly role?: string | undefined;
  readonly members: readonly string[];
} {
  const policy = textAt(props, "policyData");
  if (policy === undefined) {
    const member = textAt(props, "member");
    return {
      role: textAt(props, "role"),
      members: [...(member === undefined ? [] : [member]), ...textsAt(props, "members")],
    };
  }
  const bindings = listAt(parsed(policy), "bindings");
  const open = bindings.find((binding) => textsAt(binding, "members").some((member) => everyone.has(member)));
  return open === undefined ? { members: [] } : { role: textAt(open, "role"), members: textsAt(open, "members") };
}

function parsed(text: string): CloudResource["props"] {
  try {
    const value: unknown = JSON.parse(text);
    return isProps(value) ? value : {};
  } catch {
    return {};
  }
}
