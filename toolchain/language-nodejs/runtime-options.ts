import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb.js";

/** What `runtime.options` of a Pulumi.yaml asks of Node. */
export interface RuntimeOptions {
  readonly nodeArguments: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Reads the runtime options that Pulumi documents for Node: `typescript` (default true: ts-node), `nodeargs`, `tsconfig`
 * (https://www.pulumi.com/docs/iac/languages-sdks/javascript/).
 */
export function readRuntimeOptions(info: ProgramInfo | undefined): RuntimeOptions {
  const options = info?.getOptions()?.toJavaScript() ?? {};
  const { nodeargs, tsconfig, typescript } = options;
  return {
    nodeArguments: typeof nodeargs === "string" ? nodeargs.split(/\s+/).filter((argument) => argument !== "") : [],
    env: {
      PULUMI_NODEJS_TYPESCRIPT: String(typescript !== false && typescript !== "false"),
      ...(typeof tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
    },
  };
}
