import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "@lintel/specs";
import { hashFolder } from "./hash-folder.ts";

/**
 * Files a context folder as an image that the emulator runs as a process, and answers its digest-pinned reference.
 * The digest is over the files, as an image's would be.
 */
export async function fileProcessImage(context: string, images: string, repository: string): Promise<string> {
  const digest = digestOf(await hashFolder(context));
  const folder = join(images, digest.replace(":", "-"));
  await mkdir(images, { recursive: true });
  await cp(context, folder, { recursive: true });
  return `${repository}@${digest}`;
}
