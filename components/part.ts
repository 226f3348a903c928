import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  type Inputs,
  type Resource,
  type ResourceOptions,
} from "@pulumi/pulumi";

/** What every part of a workspace needs to know about its place. */
export interface PartArgs {
  /** Google Cloud project id. */
  readonly project: string;
  /** Google Cloud region, such as `europe-west1`. */
  readonly region: string;
  /** Labels of every resource that has labels. */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A component whose children wait for what it depends on: Pulumi itself orders only what depends on a component, not
 * what is inside one that depends on something.
 */
export abstract class Part extends ComponentResource {
  readonly #before: readonly Input<Resource>[];

  protected constructor(type: string, name: string, inputs: Inputs, options: ComponentResourceOptions | undefined) {
    super(`lintel:index:${type}`, name, inputs, options);
    this.#before = listed(options?.dependsOn);
  }

  /** Options of a child: its parent, and what it waits for. */
  protected child(after: readonly Resource[] = []): CustomResourceOptions {
    return { parent: this, dependsOn: [...this.#before, ...after] };
  }

  /**
   * Of a child that Google protects from deletion: Pulumi protects it too, so that a destroy stops before it begins and not
   * when everything around the child is gone.
   */
  protected protectedChild(isProtected: boolean | undefined, after: readonly Resource[] = []): CustomResourceOptions {
    return { ...this.child(after), ...((isProtected ?? true) ? { protect: true } : {}) };
  }
}

function listed(dependsOn: ResourceOptions["dependsOn"]): readonly Input<Resource>[] {
  if (dependsOn === undefined) return [];
  return Array.isArray(dependsOn) ? dependsOn : [dependsOn as Input<Resource>];
}
