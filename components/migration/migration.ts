import type { Acknowledgement, MigrationAcknowledgement } from "@lintel/specs";
import { digestOf, shortDigest } from "@lintel/specs";
import * as gcp from "@pulumi/gcp";
import { all, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import { Database } from "../database/database.ts";
import { nameLimits, resourceName } from "../names.ts";
import type { Network } from "../network/network.ts";
import { Part, type PartArgs } from "../part.ts";
import { attemptToken, type DeployedAttempt } from "../service/attempt-token.ts";
import { databaseEnvironment, deploymentVariable, type Variable } from "../service/environment.ts";
import { executorContainer, sealContainers, whenKnown } from "../service/seal-container.ts";
import { type Verdict, verdictLabels } from "../service/verdict-labels.ts";
import type { ServiceAccounts } from "../service-accounts.ts";
import { type Transform, transformed } from "../transform.ts";

export interface MigrationTransforms {
  readonly job?: Transform<gcp.cloudrunv2.JobArgs>;
}

export interface MigrationArgs extends PartArgs {
  readonly verdict: Verdict;
  /** Digest-pinned; the executor's own image. */
  readonly image: Input<string>;
  readonly database: Database;
  readonly network: Network;
  readonly serviceAccounts: ServiceAccounts;
  /** Written to the audit log with the deployment. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** What of the database may be dropped or locked for long. */
  readonly migrations?: readonly MigrationAcknowledgement[];
  /** Who deploys, for the audit log; such as a CI run's URL. Plain and stable, or each `up` migrates again. */
  readonly deployedBy?: string;
  /** Seconds that the migration may take. Default 3600. */
  readonly timeoutSeconds?: number;
  readonly deletionProtection?: boolean;
  readonly kmsKey?: Input<string>;
  readonly transform?: MigrationTransforms;
}

/** The job that brings the database to the bundle; it has run, successfully, before anything that depends on it changes. */
export class Migration extends Part {
  readonly job: gcp.cloudrunv2.Job;

  constructor(name: string, args: MigrationArgs, options?: ComponentResourceOptions) {
    super("Migration", name, { ...args.verdict, project: args.project, region: args.region }, options);
    this.job = this.#makeJob(name, args);
    this.registerOutputs({ digest: args.verdict.digest });
  }

  #makeJob(name: string, args: MigrationArgs): gcp.cloudrunv2.Job {
    const jobName = resourceName(name, "migrate", nameLimits.job);
    const variables = environment(args);
    const wanted: gcp.cloudrunv2.JobArgs = {
      project: args.project,
      location: args.region,
      name: jobName,
      deletionProtection: args.deletionProtection ?? true,
      labels: { ...args.labels, ...verdictLabels(args.verdict) },
      template: jobTemplate(args, variables),
    };
    const sealed = seal(transformed(wanted, args.transform?.job), args, variables);
    const runExecutionToken = this.#token(jobName, args);
    const options = this.protectedChild(args.deletionProtection);
    return new gcp.cloudrunv2.Job(`${name}-migration`, { ...sealed, runExecutionToken }, options);
  }

  #token(jobName: string, args: MigrationArgs): Output<string> {
    const deployed = output(deployedJob(jobName, args, this));
    return all([args.image, deployed]).apply(([image, job]) => attemptToken(baseToken(image, args), job));
  }
}

/** Twelve characters, so that the job's name and the token stay under 63; another image or bundle migrates, as do other acknowledgements. */
function baseToken(image: string, args: MigrationArgs): string {
  return shortDigest(digestOf({ image, digest: args.verdict.digest, deployment: deployment(args).value }), 12);
}

/** The job as Cloud Run has it; undefined when there is none, or no API or project yet. */
async function deployedJob(name: string, args: MigrationArgs, parent: Migration): Promise<DeployedAttempt | undefined> {
  try {
    const job = await gcp.cloudrunv2.getJob({ project: args.project, location: args.region, name }, { parent });
    const isReady = job.terminalConditions.some(({ state }) => state === "CONDITION_SUCCEEDED");
    return { token: job.runExecutionToken, isReady };
  } catch {
    return undefined;
  }
}

function jobTemplate(args: MigrationArgs, variables: readonly Variable[]): gcp.types.input.cloudrunv2.JobTemplate {
  return {
    taskCount: 1,
    template: {
      serviceAccount: args.serviceAccounts.migrator.email,
      // The next `up` tries again, when somebody has looked at why.
      maxRetries: 0,
      timeout: `${args.timeoutSeconds ?? 3600}s`,
      ...(args.kmsKey === undefined ? {} : { encryptionKey: args.kmsKey }),
      vpcAccess: {
        egress: "PRIVATE_RANGES_ONLY",
        networkInterfaces: [{ network: args.network.networkId, subnetwork: args.network.subnetId }],
      },
      containers: [
        {
          name: executorContainer,
          image: args.image,
          args: ["migrate"],
          resources: { limits: { cpu: "1", memory: "512Mi" } },
          envs: [...variables] as never,
        },
      ],
    },
  };
}

function environment(args: MigrationArgs): readonly Variable[] {
  const { executor, migrator, admin } = args.serviceAccounts;
  return [
    ...databaseEnvironment(args.verdict.digest, args.database, migrator),
    { name: "LINTEL_EXECUTOR_USER", value: Database.userName(executor) },
    { name: "LINTEL_ADMIN_USER", value: Database.userName(admin) },
    deployment(args),
  ];
}

function deployment(args: MigrationArgs): ReturnType<typeof deploymentVariable> {
  const { verdict, acknowledgements, migrations, deployedBy } = args;
  return deploymentVariable({ level: verdict.level, acknowledgements, migrations, by: deployedBy });
}

function seal(
  changed: gcp.cloudrunv2.JobArgs,
  args: MigrationArgs,
  variables: readonly Variable[],
): gcp.cloudrunv2.JobArgs {
  const template = whenKnown(changed.template, (outer) => ({
    ...outer,
    template: whenKnown(outer?.template, (inner) => ({
      ...inner,
      containers: sealContainers(inner?.containers, { image: args.image, args: ["migrate"], variables }),
    })),
  }));
  const labels = whenKnown(changed.labels, (others) => ({ ...others, ...verdictLabels(args.verdict) }));
  return { ...changed, template, labels };
}
