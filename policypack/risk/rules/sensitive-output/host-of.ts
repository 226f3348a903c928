import type { Workspace } from "@lintel/specs";

/**
 * Where a provider is called, as workspace.yaml says it: another host in one environment is no other recipient, so that one
 * acceptance holds in all of them.
 */
export function hostOf(name: string | undefined, { providers }: Workspace): string | undefined {
  const provider = providers.find((each) => each.name === name);
  if (provider === undefined) return undefined;
  const url = provider.declaredUrl ?? (provider.type === "email" ? provider.url : provider.baseUrl);
  return URL.parse(url)?.host ?? url;
}
