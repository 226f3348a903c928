import type { EmulatorOptions } from "@lintel/emulator";

/** How the executor comes to run: as a container of an image that the stack builds, or as a process. */
export interface ImageRoute {
  /** What the stack's configuration says about the image. */
  readonly config: Readonly<Record<string, string>>;
  /** What the emulator runs it with. */
  readonly emulator: Pick<EmulatorOptions, "docker" | "images" | "registry">;
  /** What Pulumi's Docker provider finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  /** Ends what was started for it. */
  stop(): Promise<void>;
}
