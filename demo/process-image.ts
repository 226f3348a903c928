import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeImageContext } from "@lintel/executor";
import { type Bundle, digestOf } from "@lintel/specs";
import { hashFolder } from "./hash-folder.ts";
import type { ImageRoute } from "./image-route.ts";

export interface ProcessImagePlan {
  readonly bundle: Bundle;
  /** The executor's one file. */
  readonly program: string;
  /** Where context and image go. */
  readonly folder: string;
  readonly repository: string;
}

/** Lays an image of files, which the emulator runs as a process. */
export async function processRoute({ bundle, program, folder, repository }: ProcessImagePlan): Promise<ImageRoute> {
  const context = join(folder, "context");
  const images = join(folder, "images");
  await writeImageContext({ bundle, folder: context, program });
  const image = await fileProcessImage(context, images, repository);
  return {
    config: { "lintel:image": image },
    emulator: { images },
    environment: {},
    notes: [`image  ${image}, run as a process`],
    stop: () => Promise.resolve(),
  };
}

/** Files a context folder under a digest over its files, as an image's would be, and answers the pinned reference. */
async function fileProcessImage(context: string, images: string, repository: string): Promise<string> {
  const digest = digestOf(await hashFolder(context));
  await mkdir(images, { recursive: true });
  await cp(context, join(images, digest.replace(":", "-")), { recursive: true });
  return `${repository}@${digest}`;
}
