/** What a container is started with. */
export interface ContainerStart {
  /** Name for logs and for the runtime: letters, digits and hyphens. */
  readonly name: string;
  /** Image reference as `resolve` answered it. */
  readonly image: string;
  /** Replaces the image's entry point; empty keeps it. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** File that its stdout and stderr are appended to. */
  readonly logFile: string;
}

/** A started container. */
export interface Container {
  /** Its exit code once it has ended; 137 when it was killed. */
  readonly exited: Promise<number>;
  /** SIGTERM, and SIGKILL after `grace` milliseconds; resolves when it has ended. */
  stop(grace: number): Promise<void>;
}

/** Where containers run: a Docker engine, or plain processes of prepared folders. */
export interface ContainerRuntime {
  /** The reference to start, pinned where the runtime can; undefined when there is no such image. */
  resolve(image: string): Promise<string | undefined>;
  start(start: ContainerStart): Promise<Container>;
  /** Ends what an emulator that was killed left running. */
  clean(): Promise<void>;
}
