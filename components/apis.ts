import * as gcp from "@pulumi/gcp";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { Part } from "./part.ts";

/** What a workspace calls, without `.googleapis.com`. */
export const neededApis = [
  "artifactregistry",
  "cloudscheduler",
  "compute",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "run",
  "secretmanager",
  "servicenetworking",
  "sqladmin",
] as const;

export interface ApisArgs {
  readonly project: string;
  /** Names without `.googleapis.com`; by default all that a workspace needs. */
  readonly services?: readonly string[];
}

/** Google APIs, enabled before anything uses them and left enabled: others in the project may use them too. */
export class Apis extends Part {
  readonly services: readonly gcp.projects.Service[];

  constructor(name: string, args: ApisArgs, options?: ComponentResourceOptions) {
    super("Apis", name, args, options);
    this.services = (args.services ?? neededApis).map((service) => this.#enable(name, args.project, service));
    this.registerOutputs({});
  }

  #enable(name: string, project: string, service: string): gcp.projects.Service {
    return new gcp.projects.Service(
      `${name}-${service}`,
      { project, service: `${service}.googleapis.com`, disableOnDestroy: false, disableDependentServices: false },
      this.child(),
    );
  }
}
