import type { Digest } from "@lintel/specs";
import { isJsonObject } from "@lintel/specs";
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
      if (name === undefined || digest === undefined || slices === undefined) {
        report(
          `the Workspace "${resource}" does not list its digests, so nothing can be checked against them; ` +
            "pass them as plain values, and unset what strips component inputs",
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
