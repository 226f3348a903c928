import type { Bundle } from "@lintel/specs";
import { RunError } from "@pulumi/pulumi";
import type { ImageBuild } from "./executor-image.ts";
import { writeImageContext } from "./image-context.ts";

/** An image that was built earlier, or how to build it. */
export type ImageSource = { readonly image: string } | { readonly build: ImageBuild };

/**
 * Where a workspace's image comes from; the files of one that will be built are written. Before any resource is registered.
 * @throws RunError when the image is not pinned, or the executor that it is built from is missing.
 */
export function imageSource(
  workspace: string,
  { image, build }: { readonly image?: string; readonly build?: ImageBuild },
  bundle: Bundle,
): ImageSource {
  if (image !== undefined) {
    assertPinned(image);
    return { image };
  }
  return { build: { ...build, context: build?.context ?? writeImageContext(workspace, bundle) } };
}

/** A tag can be moved to another image after the verdict: only a digest names what was looked at. */
export function assertPinned(image: string): void {
  if (/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(image)) return;
  throw new RunError(`image "${image}" is not pinned: write it as REPOSITORY@sha256:DIGEST`);
}
