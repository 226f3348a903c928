// What any pack costs: one policy that looks at nothing.
import { PolicyPack } from "@pulumi/policy";

new PolicyPack("empty", {
  policies: [
    {
      name: "nothing",
      description: "Looks at nothing.",
      enforcementLevel: "mandatory",
      validateResource: () => undefined,
    },
  ],
});
