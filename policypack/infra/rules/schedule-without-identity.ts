import type { CloudContext, CloudResource, CloudRule } from "../cloud-rule.ts";
import { textAt, valueAt } from "../read-props.ts";

export const scheduleWithoutIdentity: CloudRule = {
  id: "schedule-without-identity",
  title: "A Cloud Scheduler job calls with an OIDC token for the service that it calls",
  rationale: "A call without a token, or with one that another service accepts too, can be made by others.",
  fix: "set httpTarget.oidcToken to { serviceAccountEmail, audience }, the audience being the service's own",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === "gcp:cloudscheduler/job:Job",
  observe: (resource, context) => [
    () => identityProblem(resource),
    () => audienceProblem(resource, context),
    () => {
      const uri = textAt(resource.props, "httpTarget", "uri");
      return uri !== undefined && isPlain(uri) ? "sends its token over plain http" : undefined;
    },
  ],
};

/** On loopback nobody listens in between: a cloud that runs on one machine has no certificates. */
function isPlain(uri: string): boolean {
  return /^http:/i.test(uri) && !/^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/i.test(uri);
}

function identityProblem({ props }: CloudResource): string | undefined {
  if (valueAt(props, "httpTarget") === undefined) return undefined; // Pub/Sub and App Engine targets
  if (valueAt(props, "httpTarget", "oidcToken") !== undefined) {
    const account = textAt(props, "httpTarget", "oidcToken", "serviceAccountEmail");
    return account === undefined ? "names no service account for its OIDC token" : undefined;
  }
  if (isGoogleApi(props) && valueAt(props, "httpTarget", "oauthToken") !== undefined) return undefined;
  return "calls without an OIDC token";
}

/** Google's own APIs take OAuth tokens instead. */
function isGoogleApi(props: CloudResource["props"]): boolean {
  return /^https:\/\/[\w.-]+\.googleapis\.com(\/|$)/.test(textAt(props, "httpTarget", "uri") ?? "");
}

function audienceProblem({ props }: CloudResource, { seen }: CloudContext): string | undefined {
  if (valueAt(props, "httpTarget", "oidcToken") === undefined) return undefined;
  const audience = textAt(props, "httpTarget", "oidcToken", "audience");
  if (audience === undefined) return "names no audience for its OIDC token";
  if (seen.audiences().has(audience)) return undefined;
  const uri = textAt(props, "httpTarget", "uri") ?? "";
  const { origin, pathname } = URL.canParse(uri) ? new URL(uri) : { origin: "", pathname: "" };
  if (pathname.startsWith("/_lintel/"))
    return `has the audience "${audience}", which no executor's service of this stack takes`;
  return audience === origin || audience.startsWith(`${origin}/`)
    ? undefined
    : `has the audience "${audience}", which is neither the address that it calls nor an executor's of this stack`;
}
