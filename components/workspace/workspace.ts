import type { RiskLevel } from "@lintel/specs";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { Apis } from "../apis.ts";
import { Database } from "../database/database.ts";
import { judgeWorkspace, projectPath, refuseBlocked } from "../gate/judge-workspace.ts";
import type { JudgedSpecs } from "../gate/judgement.ts";
import { ExecutorImage } from "../image/executor-image.ts";
import { type ImageSource, imageSource } from "../image/image-source.ts";
import { Migration } from "../migration/migration.ts";
import { Monitoring } from "../monitoring/monitoring.ts";
import { assertWorkspaceName } from "../names.ts";
import { Network } from "../network/network.ts";
import type { PartArgs } from "../part.ts";
import { Schedules } from "../schedules/schedules.ts";
import { ExecutorKey, type KeyPurpose, type KeySource } from "../secrets/executor-key.ts";
import { type SecretSource, Secrets, sourcesOf } from "../secrets/secrets.ts";
import { ExecutorService } from "../service/executor-service.ts";
import type { Verdict } from "../service/verdict-labels.ts";
import { ServiceAccounts } from "../service-accounts.ts";
import { checkOptions } from "./check-options.ts";
import type { Entity } from "./entity.ts";
import { registerEntities, registerTools } from "./register-specs.ts";
import type { Tool } from "./tool.ts";
import type { After, WorkspaceArgs } from "./workspace-args.ts";

/**
 * One deployed backend: its specs, judged, and everything that serves them. Its name begins the names of its resources, so it
 * is one of a kind in a Google Cloud project, across stacks too.
 */
export class Workspace extends ComponentResource {
  static readonly __pulumiType = "lintel:index:Workspace";

  readonly tools: readonly Tool[];
  readonly entities: readonly Entity[];
  readonly apis: Apis;
  readonly serviceAccounts: ServiceAccounts;
  readonly network: Network;
  readonly database: Database;
  readonly secrets: Secrets;
  readonly traceKey: ExecutorKey;
  /** Present when it was asked for. */
  readonly auditKey?: ExecutorKey;
  readonly image: ExecutorImage;
  readonly migration: Migration;
  readonly service: ExecutorService;
  readonly schedules: Schedules;
  readonly monitoring?: Monitoring;
  /** Where the tools are served. */
  readonly url: Output<string>;
  /** Of the bundle: `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly level: RiskLevel;

  /**
   * @throws RunError when the specs do not compile, or their verdict is Red, or Yellow without a valid acknowledgement: no
   * infrastructure is registered then, and no flag of the CLI passes it. Also for arguments that cannot be right.
   */
  constructor(name: string, args: WorkspaceArgs, options?: ComponentResourceOptions) {
    assertWorkspaceName(name);
    const judged = judgeWorkspace(name, args);
    super(Workspace.__pulumiType, name, inputsOf(name, args, judged), options);
    const { bundle } = judged.specs;
    this.digest = bundle.digest;
    this.level = judged.report.level;
    this.tools = registerTools(this, name, judged.specs);
    this.entities = registerEntities(this, name, judged.specs);
    refuseBlocked(name, args.specs, judged.report);
    const sources = sourcesOf(bundle.workspace.secrets, args.secrets);
    const image = imageSource(name, args, bundle);
    checkOptions(args, bundle);

    this.apis = this.#enableApis(name, args);
    this.serviceAccounts = this.#createAccounts(name, args);
    this.network = this.#connectNetwork(name, args);
    this.database = this.#createDatabase(name, args);
    this.secrets = this.#keepSecrets(name, args, sources);
    this.traceKey = this.#keepKey(name, "trace", args, args.traceKey);
    if (args.auditKey !== undefined) {
      this.auditKey = this.#keepKey(name, "audit", args, args.auditKey === true ? undefined : args.auditKey);
    }
    this.image = this.#provideImage(name, args, image);
    this.migration = this.#migrate(name, args, judged);
    this.service = this.#serve(name, args, judged);
    this.schedules = this.#schedule(name, args, judged);
    if (args.monitoring !== false) this.monitoring = this.#watch(name, args);
    this.url = this.service.url;
    this.registerOutputs({ url: this.url, digest: this.digest, slices: bundle.slices, level: this.level });
  }

  #enableApis(name: string, { project }: WorkspaceArgs): Apis {
    return new Apis(name, { project }, { parent: this });
  }

  #createAccounts(name: string, { project, existing }: WorkspaceArgs): ServiceAccounts {
    const accounts = existing?.serviceAccounts === undefined ? {} : { existing: existing.serviceAccounts };
    return new ServiceAccounts(name, { project, ...accounts }, this.#after());
  }

  #connectNetwork(name: string, args: WorkspaceArgs): Network {
    if (args.network instanceof Network) return args.network;
    const { existing = {}, transform } = args;
    return new Network(
      name,
      { ...placeOf(args), ...args.network, existing, ...given("transform", transform?.network) },
      this.#after(),
    );
  }

  #createDatabase(name: string, args: WorkspaceArgs): Database {
    return new Database(
      name,
      {
        ...placeOf(args),
        ...args.database,
        networkId: this.network.networkId,
        networkReady: this.network.ready,
        serviceAccounts: this.serviceAccounts,
        deletionProtection: args.deletionProtection ?? true,
        ...given("kmsKey", args.existing?.kmsKey),
        ...given("existing", args.existing?.instance),
        ...given("transform", args.transform?.database),
      },
      this.#after(),
    );
  }

  #keepSecrets(name: string, args: WorkspaceArgs, sources: Readonly<Record<string, SecretSource>>): Secrets {
    return new Secrets(
      name,
      {
        ...placeOf(args),
        sources,
        readers: [{ name: "executor", account: this.serviceAccounts.executor }],
        ...given("kmsKey", args.existing?.kmsKey),
        ...given("transform", args.transform?.secrets),
      },
      this.#after(),
    );
  }

  #keepKey(name: string, purpose: KeyPurpose, args: WorkspaceArgs, source: KeySource | undefined): ExecutorKey {
    return new ExecutorKey(
      name,
      {
        ...placeOf(args),
        purpose,
        reader: this.serviceAccounts.executor,
        deletionProtection: args.deletionProtection ?? true,
        ...given("source", source),
        ...given("kmsKey", args.existing?.kmsKey),
        ...given("transform", args.transform?.secrets),
      },
      this.#after(),
    );
  }

  #provideImage(name: string, args: WorkspaceArgs, source: ImageSource): ExecutorImage {
    return new ExecutorImage(
      name,
      {
        ...placeOf(args),
        bundleDigest: this.digest,
        ...source,
        ...given("existingRepository", args.existing?.repository),
        ...given("kmsKey", args.existing?.kmsKey),
        ...given("transform", args.transform?.image),
      },
      this.#after(),
    );
  }

  #migrate(name: string, args: WorkspaceArgs, judged: JudgedSpecs): Migration {
    return new Migration(
      name,
      {
        ...this.#containerPlace(name, args, judged),
        acknowledgements: judged.specs.acknowledgements,
        ...given("migrations", judged.specs.migrations),
        ...given("deployedBy", args.deployedBy),
        ...given("transform", args.transform?.migration),
      },
      this.#after([this.database]),
    );
  }

  #serve(name: string, args: WorkspaceArgs, judged: JudgedSpecs): ExecutorService {
    const { bundle, acknowledgements } = judged.specs;
    const keys = this.auditKey === undefined ? [this.traceKey] : [this.traceKey, this.auditKey];
    return new ExecutorService(
      name,
      {
        ...this.#containerPlace(name, args, judged),
        ...args.service,
        tools: bundle.tools,
        acknowledgements,
        executionTime: bundle.workspace.limits.executionTime,
        secrets: this.secrets.references,
        traceKey: this.traceKey.reference,
        ...given("auditKey", this.auditKey?.reference),
        ...given("admin", args.admin),
        ...given("transform", args.transform?.service),
      },
      // A revision that starts before it may read its secrets fails, and one before its migration never becomes ready.
      this.#after([this.secrets, ...keys, this.database, this.migration]),
    );
  }

  #schedule(name: string, args: WorkspaceArgs, { specs: { bundle } }: JudgedSpecs): Schedules {
    const caller = this.serviceAccounts.scheduler;
    const choices = { ...given("sweeper", args.sweeper), ...given("transform", args.transform?.schedules) };
    const schedules = { ...placeOf(args), tools: bundle.tools, service: this.service, caller, ...choices };
    return new Schedules(name, schedules, this.#after());
  }

  #watch(name: string, args: WorkspaceArgs): Monitoring {
    const options = args.monitoring === false ? {} : args.monitoring;
    const transform = given("transform", args.transform?.monitoring);
    const watched = { service: this.service, migration: this.migration, ...given("sweeper", this.schedules.sweeper) };
    return new Monitoring(name, { ...placeOf(args), ...options, ...watched, ...transform }, this.#after());
  }

  /** What the migration job and the service have in common: the verdict, the image, the way to the database. */
  #containerPlace(name: string, args: WorkspaceArgs, { report, specs }: JudgedSpecs) {
    const verdict: Verdict = { workspace: name, digest: specs.bundle.digest, level: report.level };
    return {
      ...placeOf(args),
      verdict,
      image: this.image.reference,
      database: this.database,
      network: this.network,
      serviceAccounts: this.serviceAccounts,
      deletionProtection: args.deletionProtection ?? true,
      ...given("kmsKey", args.existing?.kmsKey),
    };
  }

  /** Every part waits for the APIs it calls. */
  #after(after: After = []): ComponentResourceOptions {
    return { parent: this, dependsOn: [this.apis, ...after] };
  }
}

/** Plain known values only: a verdict that rests on what a preview does not know is none. */
function inputsOf(name: string, args: WorkspaceArgs, { specs, report }: JudgedSpecs): Record<string, unknown> {
  return {
    name,
    specs: projectPath(args.specs),
    digest: specs.bundle.digest,
    definition: specs.bundle.workspace,
    slices: specs.bundle.slices,
    entities: specs.bundle.entityDigests,
    level: report.level,
    project: args.project,
    region: args.region,
    ...given("environment", args.environment),
  };
}

function placeOf({ project, region, labels }: WorkspaceArgs): PartArgs {
  return { project, region, ...given("labels", labels) };
}

/** An optional argument that is left out when it has no value. */
function given<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
