import { digestOf, shortDigest } from "@lintel/specs";
import * as gcp from "@pulumi/gcp";
import {
  all,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part } from "../part.ts";
import { transformed } from "../transform.ts";
import { attemptToken, type DeployedAttempt } from "./attempt-token.ts";
import {
  adminEnvironment,
  databaseEnvironment,
  deploymentVariable,
  recordEnvironment,
  secretEnvironment,
  type Variable,
} from "./environment.ts";
import type { ExecutorServiceArgs } from "./executor-service-args.ts";
import { ingressOf, ingressSettings, takesAnonymousCalls } from "./ingress.ts";
import { executorContainer, sealContainers, whenKnown } from "./seal-container.ts";
import { verdictLabels } from "./verdict-labels.ts";

/** The Cloud Run service that serves a workspace's tools. */
export class ExecutorService extends Part {
  readonly service: gcp.cloudrunv2.Service;
  /** Present when application clients or webhooks call, and the check is not switched off instead. */
  readonly publicInvoker?: gcp.cloudrunv2.ServiceIamMember;
  readonly schedulerInvoker: gcp.cloudrunv2.ServiceIamMember;
  readonly url: Output<string>;
  /** Audience of Cloud Scheduler's tokens: fixed, because a service cannot name its own URL in its environment. */
  readonly audience: string;
  /** How long a request may take, a sweep too. */
  readonly timeoutSeconds: number;

  constructor(name: string, args: ExecutorServiceArgs, options?: ComponentResourceOptions) {
    super("ExecutorService", name, { ...args.verdict, project: args.project, region: args.region }, options);
    this.audience = audienceOf(name, args);
    this.timeoutSeconds = args.timeoutSeconds ?? Math.max(Math.ceil(args.executionTime / 1000) + 10, sweepSeconds);
    const reader = args.admin === undefined ? [] : [this.#permitImpersonation(name, args)];
    this.service = this.#makeService(name, args, reader);
    const isAnonymous = takesAnonymousCalls(args.tools);
    if (isAnonymous && args.anonymousCalls !== "withoutCheck") {
      this.publicInvoker = this.#permitInvoking(name, "public", "allUsers", args);
    }
    this.schedulerInvoker = this.#permitInvoking(name, "scheduler", args.serviceAccounts.scheduler.member, args);
    this.url = this.service.uri;
    this.registerOutputs({ url: this.url, digest: args.verdict.digest });
  }

  #makeService(name: string, args: ExecutorServiceArgs, after: readonly Resource[]): gcp.cloudrunv2.Service {
    const variables = this.#environment(args);
    const wanted = this.#serviceArgs(name, args, variables);
    const changed = transformed(wanted, args.transform?.service);
    const options = this.protectedChild(args.deletionProtection, after);
    return new gcp.cloudrunv2.Service(`${name}-service`, seal(changed, args, variables), options);
  }

  #serviceArgs(name: string, args: ExecutorServiceArgs, variables: readonly Variable[]): gcp.cloudrunv2.ServiceArgs {
    const serviceName = resourceName(name, "", nameLimits.service);
    const isUnchecked = args.anonymousCalls === "withoutCheck" && takesAnonymousCalls(args.tools);
    return {
      project: args.project,
      location: args.region,
      name: serviceName,
      description: `Lintel workspace ${args.verdict.workspace}`,
      deletionProtection: args.deletionProtection ?? true,
      ingress: ingressSettings[args.ingress ?? ingressOf(args.tools)],
      customAudiences: [this.audience],
      labels: { ...args.labels, ...verdictLabels(args.verdict) },
      ...(isUnchecked ? { invokerIamDisabled: true } : {}),
      template: {
        ...serviceTemplate(args, this.timeoutSeconds, variables),
        // A revision that failed to start is tried again at the next `up`.
        annotations: { [rolloutAnnotation]: this.#rollout(serviceName, args) },
      },
    };
  }

  #rollout(serviceName: string, args: ExecutorServiceArgs): Output<string> {
    const deployed = output(deployedService(serviceName, args, this));
    return all([args.image, deployed]).apply(([image, service]) =>
      attemptToken(shortDigest(digestOf({ image, digest: args.verdict.digest }), 12), service),
    );
  }

  #environment(args: ExecutorServiceArgs): readonly Variable[] {
    return [
      ...databaseEnvironment(args.verdict.digest, args.database, args.serviceAccounts.executor),
      { name: "LINTEL_AUDIENCE", value: this.audience },
      { name: "LINTEL_SCHEDULER_EMAIL", value: args.serviceAccounts.scheduler.email },
      // Without who deployed: the same deployment by another run is no other revision.
      deploymentVariable({ level: args.verdict.level, acknowledgements: args.acknowledgements }),
      ...secretEnvironment(args.secrets),
      ...recordEnvironment(args),
      ...adminEnvironment(args.admin, args.serviceAccounts.admin),
    ];
  }

  /** The admin's database user is that of the admin's account, whose tokens only who is named here is given. */
  #permitImpersonation(name: string, { serviceAccounts }: ExecutorServiceArgs): gcp.serviceaccount.IAMMember {
    const { admin, executor } = serviceAccounts;
    return new gcp.serviceaccount.IAMMember(
      `${name}-admin-impersonation`,
      {
        // Whatever its project is: an existing account may be of another one.
        serviceAccountId: interpolate`projects/-/serviceAccounts/${admin.email}`,
        role: "roles/iam.serviceAccountTokenCreator",
        member: executor.member,
      },
      this.child(),
    );
  }

  #permitInvoking(
    name: string,
    who: string,
    member: Input<string>,
    { project, region }: ExecutorServiceArgs,
  ): gcp.cloudrunv2.ServiceIamMember {
    return new gcp.cloudrunv2.ServiceIamMember(
      `${name}-invoker-${who}`,
      { project, location: region, name: this.service.name, role: "roles/run.invoker", member },
      this.child(),
    );
  }
}

/** What a sweep may take (executor/sweep), so that Cloud Run does not end the request before. */
const sweepSeconds = 60;

const executionEnvironments = { gen1: "EXECUTION_ENVIRONMENT_GEN1", gen2: "EXECUTION_ENVIRONMENT_GEN2" } as const;

/** Holds the attempt at rolling out one image with one bundle. */
const rolloutAnnotation = "lintel-rollout";

/** The service as Cloud Run has it; undefined when there is none, or no API or project yet. */
async function deployedService(
  name: string,
  { project, region }: ExecutorServiceArgs,
  parent: ExecutorService,
): Promise<DeployedAttempt | undefined> {
  try {
    const service = await gcp.cloudrunv2.getService({ project, location: region, name }, { parent });
    const hasFailed = service.terminalConditions.some(({ state }) => state === "CONDITION_FAILED");
    return { token: service.templates[0]?.annotations[rolloutAnnotation] ?? "", isReady: !hasFailed };
  } catch {
    return undefined;
  }
}

function serviceTemplate(
  args: ExecutorServiceArgs,
  timeoutSeconds: number,
  variables: readonly Variable[],
): gcp.types.input.cloudrunv2.ServiceTemplate {
  const { executionEnvironment: environment } = args;
  return {
    serviceAccount: args.serviceAccounts.executor.email,
    scaling: { minInstanceCount: args.minInstances ?? 0, maxInstanceCount: args.maxInstances ?? 10 },
    maxInstanceRequestConcurrency: args.concurrency ?? 80,
    timeout: `${timeoutSeconds}s`,
    ...(environment === undefined ? {} : { executionEnvironment: executionEnvironments[environment] }),
    labels: verdictLabels(args.verdict),
    ...(args.kmsKey === undefined ? {} : { encryptionKey: args.kmsKey }),
    // Only private addresses go through the VPC: providers are called directly.
    vpcAccess: {
      egress: "PRIVATE_RANGES_ONLY",
      networkInterfaces: [{ network: args.network.networkId, subnetwork: args.network.subnetId }],
    },
    containers: [executor(args, variables)],
  };
}

function executor(
  args: ExecutorServiceArgs,
  variables: readonly Variable[],
): gcp.types.input.cloudrunv2.ServiceTemplateContainer {
  return {
    name: executorContainer,
    image: args.image,
    args: ["serve"],
    ports: { containerPort: 8080 },
    resources: {
      limits: { cpu: args.cpu ?? "1", memory: args.memory ?? "512Mi" },
      cpuIdle: args.cpuIdle ?? true,
      startupCpuBoost: true,
    },
    // Red until the database serves this bundle: a revision without its migration never gets traffic.
    startupProbe: {
      httpGet: { path: "/startupz", port: 8080 },
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 60,
    },
    livenessProbe: {
      httpGet: { path: "/healthz", port: 8080 },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    envs: [...Object.entries(args.environment ?? {}).map(([name, value]) => ({ name, value })), ...variables] as never,
  };
}

/** Puts back what the verdict rests on: labels, image, program, environment. */
function seal(
  changed: gcp.cloudrunv2.ServiceArgs,
  args: ExecutorServiceArgs,
  variables: readonly Variable[],
): gcp.cloudrunv2.ServiceArgs {
  const labels = verdictLabels(args.verdict);
  const template = whenKnown(changed.template, (given) => ({
    ...given,
    labels: whenKnown(given?.labels, (others) => ({ ...others, ...labels })),
    containers: sealContainers(given?.containers, { image: args.image, args: ["serve"], variables }),
  }));
  return { ...changed, template, labels: whenKnown(changed.labels, (others) => ({ ...others, ...labels })) };
}

function audienceOf(name: string, { project, region }: ExecutorServiceArgs): string {
  return `lintel-${project}-${region}-${name}`;
}
