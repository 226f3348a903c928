import type { CloudRule, Observation, Props } from "../cloud-rule.ts";
import { listAt, textAt } from "../read-props.ts";
import { secretShape } from "../secret-shapes.ts";
import { isWorkload, workloadContainers } from "../workloads.ts";

/** Names under which secrets are kept. `TOKEN_URL` or `SECRET_NAME` name something about a secret, and do not match. */
const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY|CREDENTIALS?)$/i;
/** The executor reads `LINTEL_SECRET_NAME` as the secret NAME. */
const ownSecretName = /^LINTEL_SECRET_/;
/** Where a secret lies is no secret; a number or a switch is none either. */
const harmlessValue = /^(projects\/[^/]+\/secrets\/.+|\/[\w./-]+|true|false|none|\d{1,6})$/i;

export const plainTextSecret: CloudRule = {
  id: "plain-text-secret",
  title: "No secret stands in a container's environment in plain text",
  rationale: "Everyone who may see the service reads it, and so do logs, states and old revisions, for years.",
  fix: "keep the value in Secret Manager and refer to it by valueSource.secretKeyRef",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => isWorkload(type) || type === schedulerJob,
  observe: (resource) =>
    resource.type === schedulerJob
      ? [() => headerProblem(resource.props)]
      : workloadContainers(resource).flatMap((container) => listAt(container, "envs").map(variableProblem)),
};

const schedulerJob = "gcp:cloudscheduler/job:Job";

function variableProblem(variable: Props): Observation {
  return () => {
    const name = textAt(variable, "name") ?? "";
    const value = textAt(variable, "value");
    if (value === undefined) return undefined; // a reference, or nothing
    const shape = secretShape(value);
    if (shape !== undefined) return `the environment variable "${name}" holds ${shape} in plain text`;
    if ((!secretName.test(name) && !ownSecretName.test(name)) || harmlessValue.test(value)) return undefined;
    return `the environment variable "${name}" is named like a secret and holds its value in plain text`;
  };
}

function headerProblem(props: Props): string | undefined {
  const target = props["httpTarget"] as Props | undefined;
  const headers = (target?.["headers"] ?? {}) as Props;
  const name = Object.keys(headers).find(
    (header) => /^(authorization|x-api-key)$/i.test(header) || secretShape(String(headers[header])) !== undefined,
  );
  return name === undefined ? undefined : `the header "${name}" of the schedule holds a secret in plain text`;
}
