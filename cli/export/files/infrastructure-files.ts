// Decision 0014: leaving means without us, so the program is plain @pulumi/gcp and reads nothing of Lintel's.
import type { Exported, ExportFile } from "./export-file.ts";

/** A Pulumi program in JavaScript that provisions the workspace on Google Cloud; what it knows of the specs is data beside it. */
export function infrastructureFiles(exported: Exported): readonly ExportFile[] {
  const { name } = exported.bundle.workspace;
  return [
    {
      path: "infrastructure/Pulumi.yaml",
      text: `name: ${name}\nruntime: nodejs\ndescription: The backend ${name} in plain Google Cloud resources.\n`,
    },
    { path: "infrastructure/package.json", text: json(manifest(name)) },
    { path: "infrastructure/workspace.json", text: json(facts(exported)) },
    { path: "infrastructure/index.js", text: program },
  ];
}

function manifest(name: string): object {
  return {
    name,
    private: true,
    type: "module",
    main: "index.js",
    dependencies: { "@pulumi/gcp": "^9.37.0", "@pulumi/pulumi": "^3.259.0" },
  };
}

function facts({ bundle, acknowledgements, migrations, level, secretVariables }: Exported): object {
  return {
    name: bundle.workspace.name,
    digest: bundle.digest,
    deployment: { level, acknowledgements, ...(migrations === undefined ? {} : { migrations }) },
    secrets: secretVariables,
    schedules: bundle.tools.flatMap(({ name, trigger }) =>
      trigger.type === "schedule" ? [{ tool: name, cron: trigger.cron, timeZone: trigger.timeZone }] : [],
    ),
    isPublic: bundle.tools.some(({ trigger }) => trigger.type !== "schedule"),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const program = `// A backend in plain Google Cloud resources: edit it as your own. Configuration: gcp:project, gcp:region, image.
import { readFileSync } from "node:fs";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const workspace = JSON.parse(readFileSync(new URL("workspace.json", import.meta.url), "utf8"));
const { name } = workspace;
const config = new pulumi.Config();
const image = config.require("image");
const isProtected = config.getBoolean("deletionProtection") ?? true;
const project = gcp.config.project ?? new pulumi.Config("gcp").require("project");
const region = gcp.config.region ?? new pulumi.Config("gcp").require("region");

const apis = ["run", "sqladmin", "secretmanager", "cloudscheduler", "compute", "servicenetworking"].map(
  (api) => new gcp.projects.Service(api, { project, service: \`\${api}.googleapis.com\`, disableOnDestroy: false }),
);
const ready = { dependsOn: apis };

// The database: private address, TLS only, IAM logins and no passwords.
const network = new gcp.compute.Network("network", { name, autoCreateSubnetworks: false }, ready);
const subnet = new gcp.compute.Subnetwork("subnet", { name, region, network: network.id, ipCidrRange: "10.8.0.0/24" });
const range = new gcp.compute.GlobalAddress("range", {
  name: \`\${name}-services\`, purpose: "VPC_PEERING", addressType: "INTERNAL", prefixLength: 20, network: network.id,
});
const peering = new gcp.servicenetworking.Connection("peering", {
  network: network.id, service: "servicenetworking.googleapis.com", reservedPeeringRanges: [range.name],
});
const instance = new gcp.sql.DatabaseInstance("database", {
  name, region, databaseVersion: "POSTGRES_17", deletionProtection: isProtected,
  settings: {
    edition: "ENTERPRISE", tier: "db-custom-1-3840", deletionProtectionEnabled: isProtected,
    ipConfiguration: { ipv4Enabled: false, privateNetwork: network.id, sslMode: "ENCRYPTED_ONLY" },
    backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
    databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
  },
}, { dependsOn: [peering] });
const database = new gcp.sql.Database("app", { instance: instance.name, name: "app" });

// Who does what: the migrator owns the schemas, the executor serves, the scheduler calls.
const account = (role) => new gcp.serviceaccount.Account(role, { accountId: \`\${name}-\${role}\`.slice(0, 30) }, ready);
const accounts = { migrator: account("migrator"), executor: account("executor"), scheduler: account("scheduler") };
const users = ["migrator", "executor"].map((role) => new gcp.sql.User(role, {
  instance: instance.name, type: "CLOUD_IAM_SERVICE_ACCOUNT", name: userOf(accounts[role]),
  ...(role === "migrator" ? { databaseRoles: ["cloudsqlsuperuser"] } : {}),
}));
const logins = ["migrator", "executor"].flatMap((role) => ["client", "instanceUser"].map((right) =>
  new gcp.projects.IAMMember(\`\${role}-\${right}\`, { project, role: \`roles/cloudsql.\${right}\`, member: accounts[role].member })));

function userOf({ email }) {
  return email.apply((address) => address.replace(".gserviceaccount.com", ""));
}

// Secrets: the values are added by hand, \`gcloud secrets versions add NAME --data-file=-\`, before the service starts.
const secrets = Object.entries(workspace.secrets).map(([secret, variable]) => {
  const kept = new gcp.secretmanager.Secret(secret, { secretId: \`\${name}-\${secret}\`, replication: { auto: {} } }, ready);
  const access = new gcp.secretmanager.SecretIamMember(secret, {
    secretId: kept.id, role: "roles/secretmanager.secretAccessor", member: accounts.executor.member,
  });
  return { access, variable: { name: variable, valueSource: { secretKeyRef: { secret: kept.secretId, version: "latest" } } } };
});

const audience = \`https://\${name}.schedules.internal\`;
const deployment = JSON.stringify(workspace.deployment);
const environment = (role) => [
  { name: "LINTEL_BUNDLE_DIGEST", value: workspace.digest },
  { name: "LINTEL_DEPLOYMENT", value: deployment },
  { name: "LINTEL_DATABASE_HOST", value: instance.privateIpAddress },
  { name: "LINTEL_DATABASE_NAME", value: database.name },
  { name: "LINTEL_DATABASE_USER", value: userOf(accounts[role]) },
  { name: "LINTEL_DATABASE_CA", value: instance.serverCaCerts.apply(([ca]) => ca.cert) },
];
const vpcAccess = { egress: "PRIVATE_RANGES_ONLY", networkInterfaces: [{ network: network.id, subnetwork: subnet.id }] };

// Run it after each \`pulumi up\` that changed the image: gcloud run jobs execute NAME-migrate --wait
const migration = new gcp.cloudrunv2.Job("migrate", {
  name: \`\${name}-migrate\`, location: region, deletionProtection: false,
  template: { template: {
    serviceAccount: accounts.migrator.email, vpcAccess, maxRetries: 1,
    containers: [{ image, args: ["migrate"], envs: [
      ...environment("migrator"), { name: "LINTEL_EXECUTOR_USER", value: userOf(accounts.executor) },
    ] }],
  } },
}, { dependsOn: [...users, ...logins] });

const service = new gcp.cloudrunv2.Service("service", {
  name, location: region, deletionProtection: isProtected,
  ingress: workspace.isPublic ? "INGRESS_TRAFFIC_ALL" : "INGRESS_TRAFFIC_INTERNAL_ONLY",
  customAudiences: [audience],
  template: {
    serviceAccount: accounts.executor.email, vpcAccess,
    containers: [{
      image, ports: { containerPort: 8080 }, livenessProbe: { httpGet: { path: "/healthz" } },
      startupProbe: { httpGet: { path: "/healthz" }, failureThreshold: 30, periodSeconds: 2 },
      envs: [
        ...environment("executor"), ...secrets.map(({ variable }) => variable),
        { name: "LINTEL_AUDIENCE", value: audience },
        { name: "LINTEL_SCHEDULER_EMAIL", value: accounts.scheduler.email },
      ],
    }],
  },
}, { dependsOn: [...users, ...logins, ...secrets.map(({ access }) => access), migration] });

// Callers carry tokens of your own issuer, which the executor checks; Cloud Run lets them through.
const members = workspace.isPublic ? ["allUsers"] : [accounts.scheduler.member];
members.forEach((member, index) => new gcp.cloudrunv2.ServiceIamMember(\`invoker-\${index}\`, {
  name: service.name, location: region, role: "roles/run.invoker", member,
}));

for (const { tool, cron, timeZone } of workspace.schedules) {
  new gcp.cloudscheduler.Job(tool, {
    name: \`\${name}-\${tool}\`, region, schedule: cron, timeZone, attemptDeadline: "180s",
    httpTarget: {
      httpMethod: "POST", uri: pulumi.interpolate\`\${service.uri}/_lintel/schedules/\${tool}\`,
      oidcToken: { serviceAccountEmail: accounts.scheduler.email, audience },
    },
  });
}

export const url = service.uri;
`;
