import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, interpolate, type Output, output, unsecret } from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part } from "../part.ts";
import type { Identity, ServiceAccount } from "../service-accounts.ts";
import { transformed } from "../transform.ts";
import type { DatabaseArgs } from "./database-args.ts";
import { instanceArgs } from "./instance-args.ts";

type DatabaseIdentity = Exclude<Identity, "scheduler">;

/** Where the database is and who may log in. */
export class Database extends Part {
  /** Absent for an existing instance. */
  readonly instance?: gcp.sql.DatabaseInstance;
  readonly database: gcp.sql.Database;
  readonly users: Readonly<Record<DatabaseIdentity, gcp.sql.User>>;
  readonly logins: Readonly<Record<DatabaseIdentity, gcp.projects.IAMMember>>;
  readonly instanceName: Output<string>;
  readonly host: Output<string>;
  readonly port = 5432;
  readonly databaseName: Output<string>;
  /** PEM of the authorities that may have signed the server's certificate, during a rotation several. */
  readonly caCertificate: Output<string>;

  constructor(name: string, args: DatabaseArgs, options?: ComponentResourceOptions) {
    super("Database", name, { project: args.project, region: args.region }, options);
    if (args.existing === undefined) this.instance = this.#makeInstance(name, args);
    this.instanceName = output(args.existing?.name ?? this.instance?.name ?? "");
    this.host = output(args.existing?.privateIpAddress ?? this.instance?.privateIpAddress ?? "");
    this.caCertificate = output(args.existing?.caCertificate ?? authorities(this.instance));
    this.database = this.#makeDatabase(name, args);
    this.databaseName = this.database.name;
    const { executor, migrator, admin } = args.serviceAccounts;
    this.users = {
      // Owns the schema: may create schemas and roles' rights in this database.
      migrator: this.#makeUser(name, "migrator", migrator, args, ["cloudsqlsuperuser"]),
      // IAM users start without any right; the migration grants what the specs need.
      executor: this.#makeUser(name, "executor", executor, args),
      admin: this.#makeUser(name, "admin", admin, args),
    };
    this.logins = {
      migrator: this.#permitLogin(name, "migrator", migrator, args),
      executor: this.#permitLogin(name, "executor", executor, args),
      admin: this.#permitLogin(name, "admin", admin, args),
    };
    this.registerOutputs({ instance: this.instanceName, host: this.host, database: this.databaseName });
  }

  /** The PostgreSQL user of a service account: its email without `.gserviceaccount.com`. */
  static userName(account: ServiceAccount): Output<string> {
    return account.email.apply((email) => email.replace(/\.gserviceaccount\.com$/, ""));
  }

  /** No `name`: a deleted instance's name stays reserved for a week, so Pulumi's random suffix must differ each time. */
  #makeInstance(name: string, args: DatabaseArgs): gcp.sql.DatabaseInstance {
    return new gcp.sql.DatabaseInstance(
      resourceName(name, "db", nameLimits.sqlInstance),
      transformed(instanceArgs(args), args.transform?.instance),
      this.protectedChild(args.deletionProtection, args.networkReady),
    );
  }

  #makeDatabase(name: string, args: DatabaseArgs): gcp.sql.Database {
    const isKept = args.existing !== undefined && (args.deletionProtection ?? true);
    const database = {
      project: args.project,
      name: args.name ?? name,
      instance: this.instanceName,
      // An own instance takes its database along; in one that stays, protected data must stay too.
      deletionPolicy: isKept || args.existing === undefined ? "ABANDON" : "DELETE",
    };
    return new gcp.sql.Database(`${name}-database`, transformed(database, args.transform?.database), this.child());
  }

  #makeUser(
    name: string,
    identity: DatabaseIdentity,
    account: ServiceAccount,
    { project, transform }: DatabaseArgs,
    databaseRoles?: string[],
  ): gcp.sql.User {
    const user = {
      project,
      instance: this.instanceName,
      name: Database.userName(account),
      type: "CLOUD_IAM_SERVICE_ACCOUNT",
      // PostgreSQL cannot drop a user that holds rights.
      deletionPolicy: "ABANDON",
      ...(databaseRoles === undefined ? {} : { databaseRoles }),
    };
    return new gcp.sql.User(`${name}-${identity}`, transformed(user, transform?.user), this.child());
  }

  /** Logging in by IAM needs a role that exists on projects only: a condition narrows it to this instance. */
  #permitLogin(
    name: string,
    identity: DatabaseIdentity,
    account: ServiceAccount,
    { project }: DatabaseArgs,
  ): gcp.projects.IAMMember {
    return new gcp.projects.IAMMember(
      `${name}-${identity}-login`,
      {
        project,
        role: "roles/cloudsql.instanceUser",
        member: account.member,
        condition: {
          title: `only ${name}`,
          description: "Log in to the workspace's own Cloud SQL instance",
          expression: interpolate`resource.service == "sqladmin.googleapis.com" && resource.name == "projects/${project}/instances/${this.instanceName}"`,
        },
      },
      this.child(),
    );
  }
}

/** Certificates are public; the provider marks them secret because older instances had their keys beside them. */
function authorities(instance: gcp.sql.DatabaseInstance | undefined): Output<string> {
  if (instance === undefined) return output("");
  return unsecret(instance.serverCaCerts.apply((authorities) => authorities.map(({ cert }) => cert.trim()).join("\n")));
}
