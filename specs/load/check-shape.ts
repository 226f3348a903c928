import type { ErrorObject } from "ajv";
import type { JsonValue } from "../json.ts";
import type { Report } from "./report.ts";
import { reportShapeErrors, withoutWrongKeys, wrongKeys } from "./shape-errors.ts";
import { shapeValidator } from "./shape-validators.ts";
import type { SpecKind } from "./spec-file.ts";

export interface CheckedShape {
  readonly isSound: boolean;
  /** The value without its wrong keys, where that makes it sound. */
  readonly repaired?: JsonValue;
  /** JSON pointers of the wrong keys. */
  readonly wrong: readonly string[];
}

/** Checks a file's value against its kind's JSON Schema; each problem is reported at its own place. */
export function checkShape(kind: SpecKind, value: JsonValue, report: Report): CheckedShape {
  const validate = shapeValidator(kind);
  if (validate(value)) return { isSound: true, wrong: [] };
  const errors = validate.errors as readonly ErrorObject[];
  reportShapeErrors(errors, report);
  const wrong = wrongKeys(errors);
  const repaired = withoutWrongKeys(value, wrong);
  return validate(repaired) ? { isSound: false, repaired, wrong } : { isSound: false, wrong };
}
