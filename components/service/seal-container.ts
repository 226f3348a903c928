// Decision: a transform may change anything but what the verdict is about, so that is put back after it.
import { type Input, Output, output, RunError } from "@pulumi/pulumi";
import type { Variable } from "./environment.ts";

/** Name of the container that runs the executor. */
export const executorContainer = "executor";

/** The parts of a container that decide which program runs, on which bundle, and that it is the one that answers. */
export interface SealedContainer {
  readonly image: Input<string>;
  readonly args: readonly string[];
  readonly variables: readonly Variable[];
}

interface Container {
  readonly name?: Input<string | undefined>;
  readonly ports?: Input<unknown>;
  readonly envs?: Input<Input<{ readonly name: Input<string> }>[] | undefined>;
}

/** The containers as a transform left them, with the executor's own as it must be; throws when it is not among them. */
export function sealContainers<C extends Container>(
  containers: Input<Input<C>[] | undefined> | undefined,
  sealed: SealedContainer,
): Input<Input<C>[]> {
  return whenKnown(containers, (list) => {
    const items = (list ?? []) as readonly Input<C>[];
    return items.some(isDeferred)
      ? output(items as C[]).apply((known) => sealList(known as C[], sealed))
      : sealList(items as C[], sealed);
  }) as Input<Input<C>[]>;
}

function sealList<C extends Container>(containers: readonly C[], sealed: SealedContainer): C[] {
  if (!containers.some(({ name }) => name === executorContainer)) {
    throw new RunError(`a transform removed the container "${executorContainer}": keep it and its name`);
  }
  return containers.map((container) =>
    container.name === executorContainer ? sealOne(container, sealed) : withoutPorts(container),
  );
}

function sealOne<C extends Container>(container: C, sealed: SealedContainer): C {
  const envs = whenKnown(container.envs, (given) =>
    sealVariables((given ?? []) as Input<Variable>[], sealed.variables),
  );
  return { ...container, image: sealed.image, commands: undefined, args: [...sealed.args], envs };
}

function sealVariables(given: readonly Input<Variable>[], ours: readonly Variable[]): readonly Input<Variable>[] {
  const names = new Set(ours.map(({ name }) => name));
  const isOther = (variable: Input<Variable>): boolean =>
    isDeferred(variable) || !names.has((variable as Variable).name);
  // The last of two variables with one name counts.
  return [...given.filter(isOther), ...ours];
}

/** Requests go to the container with a port: beside the executor nobody may have one. */
function withoutPorts<C extends Container>(container: C): C {
  if (container.ports === undefined) return container;
  throw new RunError(`a transform gave a port to a container beside "${executorContainer}": requests would go there`);
}

/** Applies a change now where the value is plain, so that a preview shows it; else when it is known. */
export function whenKnown<T, R>(value: Input<T> | undefined, change: (plain: T | undefined) => R): R | Output<R> {
  return isDeferred(value) ? output(value as Input<T>).apply<R>((known) => change(known as T)) : change(value as T);
}

function isDeferred(value: unknown): boolean {
  return Output.isInstance(value) || value instanceof Promise;
}
