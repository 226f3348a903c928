import standalone from "ajv/dist/standalone/index.js";
import { idOf, shapeAjv, specKinds } from "./shape-ajv.ts";

/**
 * The source of a module that stands for `load/shape-validators.ts`, with the validators as code: compiling the schemas is half of
 * the time of a `lintel check`. For whoever bundles the loader.
 */
export function standaloneValidators(): string {
  const ajv = shapeAjv({ source: true, esm: true });
  const names = Object.fromEntries(specKinds.map((kind) => [`${kind}Validator`, idOf(kind)]));
  const registry = specKinds.map((kind) => `${JSON.stringify(kind)}: ${kind}Validator`).join(", ");
  return `${standalone.default(ajv, names)}
const validators = { ${registry} };
export function shapeValidator(kind) { return validators[kind]; }
`;
}
