import type { CloudRule } from "../cloud-rule.ts";
import { databaseInstance } from "../database-instance.ts";
import { isGivenAt, listAt, valueAt } from "../read-props.ts";

export const publicDatabase: CloudRule = {
  id: "public-database",
  title: "A Cloud SQL instance has a private address only",
  rationale: "A public address is tried by everyone on the internet, all day.",
  fix: "set settings.ipConfiguration to { ipv4Enabled: false, privateNetwork: NETWORK }",
  severity: "critical",
  enforcement: "mandatory",
  covers: (type) => type === databaseInstance,
  observe: ({ props }) => [
    () =>
      valueAt(props, "settings", "ipConfiguration", "ipv4Enabled") === false
        ? undefined
        : "has a public address (ipv4Enabled is true unless it is set to false)",
    () => {
      // Whether there is one, not which: a network that is made beside it is not known yet.
      const hasNetwork = isGivenAt(props, "settings", "ipConfiguration", "privateNetwork");
      const hasEndpoint = isGivenAt(props, "settings", "ipConfiguration", "pscConfigs");
      return hasNetwork || hasEndpoint ? undefined : "has no private address: it names no private network";
    },
    () => {
      const open = listAt(props, "settings", "ipConfiguration", "authorizedNetworks");
      return open.length === 0 ? undefined : "lists authorized networks, which are for public addresses";
    },
  ],
};
