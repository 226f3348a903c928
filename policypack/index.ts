// The CrossGuard edge: importing it serves the pack, which is what Pulumi's policy runner expects of a pack's main file.
import { PolicyPack } from "@pulumi/policy";
import { packPolicies } from "./pack/pack-policies.ts";

new PolicyPack("lintel", {
  description: "Judges Lintel specs before they are deployed.",
  policies: packPolicies(new Date()),
});
