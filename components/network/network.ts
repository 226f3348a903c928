import * as gcp from "@pulumi/gcp";
import { type ComponentResourceOptions, type Input, type Output, output, type Resource } from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part, type PartArgs } from "../part.ts";
import { type Transform, transformed } from "../transform.ts";

export interface ExistingNetwork {
  /** `projects/PROJECT/global/networks/NAME`. */
  readonly network?: Input<string>;
  /**
   * `projects/PROJECT/regions/REGION/subnetworks/NAME`, at least a /26: Google holds a subnet for hours after the last
   * revision that used it, so a subnet that outlives the workspace makes it possible to destroy one quickly.
   */
  readonly subnet?: Input<string>;
  /** The network has a private services connection already: `true`, or the resource to wait for. There is one per VPC. */
  readonly privateServicesConnection?: true | Resource;
}

export interface NetworkTransforms {
  readonly network?: Transform<gcp.compute.NetworkArgs>;
  readonly subnet?: Transform<gcp.compute.SubnetworkArgs>;
  readonly privateServicesRange?: Transform<gcp.compute.GlobalAddressArgs>;
  readonly privateServicesConnection?: Transform<gcp.servicenetworking.ConnectionArgs>;
}

export interface NetworkArgs extends PartArgs {
  /** IPv4 range of the subnet for Direct VPC egress; at least a /26. Default `10.8.0.0/26`. */
  readonly subnetRange?: string;
  /** Size of the range that Google's services get in the VPC; /20 holds 16 regional Cloud SQL networks. Default 20. */
  readonly privateServicesPrefixLength?: number;
  readonly existing?: ExistingNetwork;
  readonly transform?: NetworkTransforms;
}

/**
 * The way from Cloud Run to Cloud SQL: a VPC, a subnet for Direct VPC egress, a private services connection. Outside a
 * workspace it has to wait for its APIs: `dependsOn: new Apis(name, { project, services: ["compute", "servicenetworking"] })`.
 */
export class Network extends Part {
  readonly network?: gcp.compute.Network;
  readonly subnet?: gcp.compute.Subnetwork;
  readonly privateServicesRange?: gcp.compute.GlobalAddress;
  readonly privateServicesConnection?: gcp.servicenetworking.Connection;
  /** `projects/PROJECT/global/networks/NAME` */
  readonly networkId: Output<string>;
  readonly subnetId: Output<string>;
  /** What a database waits for: an instance with a private address cannot be made before the connection. */
  readonly ready: readonly Resource[];

  constructor(name: string, args: NetworkArgs, options?: ComponentResourceOptions) {
    super("Network", name, { project: args.project, region: args.region }, options);
    const { existing = {} } = args;
    if (existing.network === undefined) this.network = this.#makeNetwork(name, args);
    this.networkId = output(existing.network ?? this.network?.id ?? "");
    if (existing.subnet === undefined) this.subnet = this.#makeSubnet(name, args);
    this.subnetId = output(existing.subnet ?? this.subnet?.id ?? "");
    if (existing.privateServicesConnection === undefined) {
      this.privateServicesRange = this.#makeRange(name, args);
      this.privateServicesConnection = this.#makeConnection(name, args, this.privateServicesRange);
    }
    this.ready = waitsFor(existing.privateServicesConnection ?? this.privateServicesConnection);
    this.registerOutputs({ network: this.networkId, subnet: this.subnetId });
  }

  #makeNetwork(name: string, { project, transform }: NetworkArgs): gcp.compute.Network {
    const args = { project, name: resourceName(name, "", nameLimits.compute), autoCreateSubnetworks: false };
    return new gcp.compute.Network(`${name}-network`, transformed(args, transform?.network), this.child());
  }

  #makeSubnet(name: string, { project, region, subnetRange, transform }: NetworkArgs): gcp.compute.Subnetwork {
    const args = {
      project,
      region,
      name: resourceName(name, "run", nameLimits.compute),
      network: this.networkId,
      ipCidrRange: subnetRange ?? "10.8.0.0/26",
      // Cloud Run with all traffic in the VPC reaches Google's own APIs through this.
      privateIpGoogleAccess: true,
    };
    return new gcp.compute.Subnetwork(`${name}-subnet`, transformed(args, transform?.subnet), this.child());
  }

  #makeRange(
    name: string,
    { project, privateServicesPrefixLength, transform }: NetworkArgs,
  ): gcp.compute.GlobalAddress {
    const args = {
      project,
      name: resourceName(name, "services", nameLimits.compute),
      network: this.networkId,
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      prefixLength: privateServicesPrefixLength ?? 20,
    };
    const after = transformed(args, transform?.privateServicesRange);
    return new gcp.compute.GlobalAddress(`${name}-services`, after, this.child());
  }

  #makeConnection(
    name: string,
    { transform }: NetworkArgs,
    range: gcp.compute.GlobalAddress,
  ): gcp.servicenetworking.Connection {
    const args = {
      network: this.networkId,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [range.name],
      // Google refuses to delete a connection for days after its last Cloud SQL instance; the network takes it along.
      deletionPolicy: "ABANDON",
    };
    const after = transformed(args, transform?.privateServicesConnection);
    return new gcp.servicenetworking.Connection(`${name}-services`, after, this.child());
  }
}

function waitsFor(connection: true | Resource | undefined): readonly Resource[] {
  return connection === undefined || connection === true ? [] : [connection];
}
