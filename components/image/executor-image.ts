import type { Digest } from "@lintel/specs";
import { shortDigest } from "@lintel/specs";
import * as docker from "@pulumi/docker";
import * as gcp from "@pulumi/gcp";
import {
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Output,
  output,
  type ResourceTransformation,
  RunError,
} from "@pulumi/pulumi";
import { nameLimits, resourceName } from "../names.ts";
import { Part, type PartArgs } from "../part.ts";
import { type Transform, transformed } from "../transform.ts";
import type { ImageContext } from "./image-context.ts";
import { assertPinned } from "./image-source.ts";

/** How the executor's image is built. */
export interface ImageBuild {
  /**
   * Folder with Dockerfile, executor and bundle, relative to the Pulumi project: what an image is built from is compared, and
   * a machine's own path would make the next machine's `up` differ. A workspace writes it by itself.
   */
  readonly context?: ImageContext;
  /** Base image, digest-pinned; the Dockerfile's default is a public distroless Node image. */
  readonly base?: string;
  /** Host and port of the registry where it is not Artifact Registry's own. */
  readonly registry?: string;
  /** The registry speaks plain HTTP and needs no login: one on loopback. */
  readonly isOpenRegistry?: boolean;
}

/** A build whose context is there. */
type PreparedBuild = ImageBuild & { readonly context: ImageContext };

export interface ImageTransforms {
  readonly repository?: Transform<gcp.artifactregistry.RepositoryArgs>;
  readonly remoteImage?: Transform<docker.RemoteImageArgs>;
}

export interface ExecutorImageArgs extends PartArgs {
  readonly bundleDigest: Digest;
  /** An image that was built earlier: `REPOSITORY@sha256:DIGEST`. */
  readonly image?: string;
  readonly build?: ImageBuild;
  /** `projects/PROJECT/locations/REGION/repositories/ID`, when the image goes to one that exists. */
  readonly existingRepository?: Input<string>;
  readonly kmsKey?: Input<string>;
  readonly transform?: ImageTransforms;
}

/** The executor's image by digest: one built earlier, or one built and pushed here. */
export class ExecutorImage extends Part {
  readonly repository?: gcp.artifactregistry.Repository;
  readonly remoteImage?: docker.RemoteImage;
  readonly registryImage?: docker.RegistryImage;
  /** `REPOSITORY@sha256:DIGEST`; unknown in a preview that will build it. */
  readonly reference: Output<string>;

  constructor(name: string, args: ExecutorImageArgs, options?: ComponentResourceOptions) {
    super("ExecutorImage", name, { bundleDigest: args.bundleDigest, image: args.image }, options);
    if (args.image !== undefined) {
      assertPinned(args.image);
      this.reference = output(args.image);
    } else {
      const build = requireBuild(args.build);
      if (args.existingRepository === undefined) this.repository = this.#makeRepository(name, args);
      const path = repositoryPath(args, build, this.repository);
      const provider = this.#dockerProvider(name, args, build);
      this.remoteImage = this.#build(name, args, build, path, provider);
      this.registryImage = this.#push(name, args, build, path, provider, this.remoteImage);
      this.reference = interpolate`${path}@${this.registryImage.sha256Digest}`;
    }
    this.registerOutputs({ reference: this.reference });
  }

  #makeRepository(name: string, { project, region, labels, kmsKey, transform }: ExecutorImageArgs) {
    const args = {
      project,
      location: region,
      repositoryId: resourceName(name, "", nameLimits.compute),
      description: `Executor images of the workspace ${name}`,
      format: "DOCKER",
      labels: { ...labels },
      ...(kmsKey === undefined ? {} : { kmsKeyName: kmsKey }),
    };
    return new gcp.artifactregistry.Repository(
      `${name}-repository`,
      transformed(args, transform?.repository),
      this.child(),
    );
  }

  /**
   * Only the address: the login comes from the machine's Docker configuration (`gcloud auth configure-docker`), because a
   * token in a provider's inputs is another one at the next `up`, which then differs. For the same reason without
   * DOCKER_HOST, which the class adds to the inputs: the plugin reads it by itself.
   */
  #dockerProvider(name: string, args: ExecutorImageArgs, build: ImageBuild): docker.Provider {
    const address = build.registry ?? registryHost(args.region);
    const auth = build.isOpenRegistry === true ? { address: `http://${address}`, authDisabled: true } : { address };
    const onlyAddress: ResourceTransformation = ({ props, opts }) => ({
      props: { registryAuth: (props as docker.ProviderArgs).registryAuth },
      opts,
    });
    const options = { parent: this, transformations: [onlyAddress] };
    return new docker.Provider(`${name}-docker`, { registryAuth: [auth] }, options);
  }

  #build(
    name: string,
    args: ExecutorImageArgs,
    build: PreparedBuild,
    path: Output<string>,
    provider: docker.Provider,
  ): docker.RemoteImage {
    const image: docker.RemoteImageArgs = {
      name: tagged(path, args, build),
      // Classic builder: no plugin of Docker's is needed.
      build: {
        context: build.context.folder,
        platform: "linux/amd64",
        // Nothing is fetched while it is built.
        networkMode: "none",
        ...(build.base === undefined ? {} : { buildArgs: { BASE: build.base } }),
      },
      triggers: triggers(args, build),
      keepLocally: true,
    };
    const options = { ...this.child(), provider };
    return new docker.RemoteImage(`${name}-image`, transformed(image, args.transform?.remoteImage), options);
  }

  /**
   * Named by its tag and not by the local image's id: that lives in one machine's engine, a refresh on another machine
   * drops it, and building the same context again gives another digest. Neither may touch what is deployed.
   */
  #push(
    name: string,
    args: ExecutorImageArgs,
    build: PreparedBuild,
    path: Output<string>,
    provider: docker.Provider,
    image: docker.RemoteImage,
  ): docker.RegistryImage {
    return new docker.RegistryImage(
      `${name}-image`,
      { name: tagged(path, args, build), triggers: triggers(args, build), keepRemotely: true },
      { ...this.child([image]), provider },
    );
  }
}

function requireBuild(build: ImageBuild | undefined): PreparedBuild {
  if (build?.context !== undefined) return { ...build, context: build.context };
  throw new RunError(
    "the executor has no image: give `image` (digest-pinned, built earlier) or `build.context` (a folder to build it from)",
  );
}

function repositoryPath(
  args: ExecutorImageArgs,
  { registry }: ImageBuild,
  repository: gcp.artifactregistry.Repository | undefined,
): Output<string> {
  const id = output(args.existingRepository ?? repository?.id ?? "");
  const host = registry ?? registryHost(args.region);
  return id.apply((path) => {
    const [, project = args.project, , region = args.region, , name = ""] = path.split("/");
    const own = registry === undefined ? registryHost(region) : host;
    return `${own}/${project}/${name}/executor`;
  });
}

function registryHost(region: string): string {
  return `${region}-docker.pkg.dev`;
}

function tagged(path: Output<string>, args: ExecutorImageArgs, build: PreparedBuild): Output<string> {
  return interpolate`${path}:${build.context.version}-${shortDigest(args.bundleDigest, 20)}`;
}

function triggers({ bundleDigest }: ExecutorImageArgs, { context, base }: PreparedBuild): Record<string, string> {
  return { bundle: bundleDigest, executor: context.version, ...(base === undefined ? {} : { base }) };
}
