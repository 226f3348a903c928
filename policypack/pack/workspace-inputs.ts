import { bundleDigest, type Digest, isJsonObject, type Workspace } from "@lintel/specs";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isText, knownValue, plainValue } from "./plain-value.ts";
import { validateType } from "./resource-validation.ts";
import type { SeenResources } from "./seen-resources.ts";
import { workspaceType } from "./type-tokens.ts";

/** A Workspace lists, in plain values, the digest of its bundle and of each tool's slice. */
export function workspaceInputsPolicy(seen: SeenResources): ResourceValidationPolicy {
  return {
    name: "workspace-inputs",
    description: "A Workspace lists the digests of its bundle and of every tool.",
    enforcementLevel: "mandatory",
    severity: "critical",
    validateResource: validateType(workspaceType, ({ props, name: resource, urn }, report) => {
      const name = knownValue(plainValue(props, "name"), isText);
      const digest = knownValue(plainValue(props, "digest"), isText);
      const slices = knownValue(plainValue(props, "slices"), isDigests);
      const entities = knownValue(plainValue(props, "entities"), isDigests);
      const definition = knownValue(plainValue(props, "definition"), isDefinition);
      if (!name || !digest || !slices || !entities || !definition) {
        report(
          `the Workspace "${resource}" does not list its digests, so nothing can be checked against them; ` +
            "pass them as plain values, and unset what strips component inputs",
        );
        return;
      }
      // What lists its slices beside the digest of another bundle would hide the tools of that one.
      const listed = bundleDigest({ workspace: definition, entityDigests: entities, slices });
      if (listed !== digest) {
        report(
          `the Workspace "${resource}" says digest ${digest}, what it lists has ${listed}; list every slice and entity`,
        );
        return;
      }
      const specs = knownValue(plainValue(props, "specs"), isText);
      const environment = knownValue(plainValue(props, "environment"), isText);
      seen.addWorkspace({
        urn,
        name,
        digest,
        slices,
        ...(specs === undefined ? {} : { specs }),
        ...(environment === undefined ? {} : { environment }),
      });
    }),
  };
}

function isDigests(value: unknown): value is Readonly<Record<string, Digest>> {
  return isJsonObject(value) && Object.values(value).every(isText);
}

/** Its shape is not looked at: it only goes into the digest. */
function isDefinition(value: unknown): value is Workspace {
  return isJsonObject(value);
}
