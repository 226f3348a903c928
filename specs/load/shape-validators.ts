import type { Ajv2020, ValidateFunction } from "ajv/dist/2020.js";
import { idOf, shapeAjv } from "./shape-ajv.ts";
import type { SpecKind } from "./spec-file.ts";

// The one mutable cell of the loader: compiled schemas, which are constants that cost half a second, made when needed. A build
// replaces this module by the code that ajv makes of them (standalone-validators.ts).
const made: { ajv?: Ajv2020 } = {};

/** The validator of a kind of spec file. */
export function shapeValidator(kind: SpecKind): ValidateFunction {
  made.ajv ??= shapeAjv();
  const validate = made.ajv.getSchema(idOf(kind));
  if (validate === undefined) throw new TypeError(`the schema of ${kind} is not there`);
  return validate;
}
