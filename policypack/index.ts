// The CrossGuard edge: importing it serves the pack, which is what Pulumi's policy runner expects of a pack's main file.
import { packPolicies } from "./pack/pack-policies.ts";
import { servePack } from "./pack/serve-pack.ts";

servePack(
  "lintel",
  "Judges Lintel specs and the infrastructure around them before they are deployed.",
  packPolicies(new Date()),
);
