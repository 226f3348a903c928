import { isJsonObject } from "@lintel/specs";
import { plainValue } from "../pack/plain-value.ts";
import type { Props } from "./cloud-rule.ts";
import { isProps } from "./read-props.ts";

/** A Cloud Run resource that runs our image, where its containers stand, and what its policies are called after. */
export interface ExecutorType {
  readonly type: string;
  readonly role: "executor" | "migration";
  readonly containers: readonly string[];
}

export const executorTypes: readonly ExecutorType[] = [
  { type: "gcp:cloudrunv2/service:Service", role: "executor", containers: ["template", "containers"] },
  { type: "gcp:cloudrunv2/job:Job", role: "migration", containers: ["template", "template", "containers"] },
];

/** A label's value; undefined where there is none or it is not known. */
export function labelOf(props: Props, label: string): string | undefined {
  const labels = plainValue(props, "labels");
  return labels.type === "known" && isJsonObject(labels.value) ? text(labels.value, label) : undefined;
}

/** Whether it runs our image: it carries our label, or an environment that only the executor reads, by value or by reference. */
export function isExecutor(props: Props, type: ExecutorType): boolean {
  if (labelOf(props, "lintel-workspace") !== undefined) return true;
  return containersOf(props, type).some((container) =>
    variableNames(container).some((name) => name.startsWith("LINTEL_")),
  );
}

/** Each container is read by itself, because in a preview one unknown value hides everything that is read along with it. */
export function containersOf(props: Props, { containers }: ExecutorType): readonly Props[] {
  const found = containers.reduce<unknown>((value, key) => (isProps(value) ? value[key] : undefined), props);
  return Array.isArray(found) ? found.filter(isProps) : [];
}

/** The plain values of a container's environment; references to secrets and what is not known yet are left out. */
export function environmentOf(container: Props): ReadonlyMap<string, string> {
  const list = container["envs"];
  const entries = (Array.isArray(list) ? list.filter(isProps) : []).flatMap((variable) => {
    const [name, value] = [text(variable, "name"), text(variable, "value")];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(entries);
}

function variableNames(container: Props): readonly string[] {
  const list = container["envs"];
  return (Array.isArray(list) ? list.filter(isProps) : []).flatMap((variable) => text(variable, "name") ?? []);
}

function text(props: Props, name: string): string | undefined {
  const value = plainValue(props, name);
  return value.type === "known" && typeof value.value === "string" ? value.value : undefined;
}
