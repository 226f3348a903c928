// Decision: docs/decisions/0013-cloud-rules-and-the-preview.md
import { Server, type ServiceDefinition, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { type Policies, PolicyPack } from "@pulumi/policy";
import { configurationProblems, loweredPolicies, type PackConfiguration } from "./configuration-problems.ts";

interface ConfigureCall {
  readonly request: {
    readonly getPolicyconfigMap: () => {
      readonly entries: () => Iterable<
        readonly [
          string,
          {
            readonly getProperties: () => { toJavaScript: () => Record<string, unknown> } | undefined;
            readonly getEnforcementlevel: () => number;
          },
        ]
      >;
    };
  };
}
type Answer = (error: { readonly code: number; readonly message: string } | null, value?: unknown) => void;
type Configure = (call: ConfigureCall, answer: Answer) => void;

/** CrossGuard's numbers of its enforcement levels (proto/pulumi/analyzer.proto). */
const levels: Readonly<Record<number, string>> = { 0: "advisory", 1: "mandatory", 2: "disabled", 3: "remediate" };

/** `Server.prototype`, as far as it is wrapped. */
interface ServicePrototype {
  addService: (this: Server, service: ServiceDefinition, implementation: UntypedServiceImplementation) => void;
}

/**
 * Serves the policies as a pack that refuses a configuration with unknown names. The SDK has no hook for that, so its
 * `configure` is wrapped where the SDK hands it to its server.
 */
export function servePack(name: string, description: string, policies: Policies): void {
  const prototype: ServicePrototype = Server.prototype;
  const { addService } = prototype;
  prototype.addService = function (service, implementation): void {
    const configure = strictly(policies, implementation["configure"] as unknown as Configure);
    addService.call(this, service, { ...implementation, configure });
  };
  new PolicyPack(name, { description, policies });
}

function strictly(policies: Policies, configure: Configure): Configure {
  return (call, answer) => {
    const configuration = configurationOf(call);
    const problems = configurationProblems(policies, configuration);
    if (problems.length > 0) {
      const message = `the pack's configuration is refused: ${problems.join("; ")}`;
      answer({ code: status.INVALID_ARGUMENT, message });
      return;
    }
    const lowered = loweredPolicies(policies, configuration);
    if (lowered.length > 0) console.error(`lintel: the configuration switches off or lowers ${lowered.join(", ")}`);
    configure(call, answer);
  };
}

function configurationOf({ request }: ConfigureCall): PackConfiguration {
  const entries = [...request.getPolicyconfigMap().entries()].map(([name, policy]) => {
    const properties = policy.getProperties()?.toJavaScript() ?? {};
    return [name, { ...properties, enforcementLevel: levels[policy.getEnforcementlevel()] }] as const;
  });
  return Object.fromEntries(entries);
}
