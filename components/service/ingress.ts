import type { Tool } from "@lintel/specs";

/** Who reaches the service over the network; who may call a tool is decided by the executor. */
export type Ingress = "public" | "loadBalancer" | "internal";

/** Cloud Run's names; Cloud Scheduler of the same project counts as internal. */
export const ingressSettings: Readonly<Record<Ingress, string>> = {
  public: "INGRESS_TRAFFIC_ALL",
  loadBalancer: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
  internal: "INGRESS_TRAFFIC_INTERNAL_ONLY",
};

/** Application clients and webhooks carry no Google token, so Cloud Run must let their calls through to the executor. */
export function takesAnonymousCalls(tools: readonly Tool[]): boolean {
  return tools.some(({ trigger }) => trigger.type !== "schedule");
}

/** Public when anything but Cloud Scheduler calls. */
export function ingressOf(tools: readonly Tool[]): Ingress {
  return takesAnonymousCalls(tools) ? "public" : "internal";
}
