import { type JsonObject, type JsonSchema, type JsonValue, schemaOptions } from "@lintel/specs";
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from "ajv/dist/2020.js";
import { escapePointer } from "../admission/check-values.ts";
import type { InputProblem } from "../errors/execution-error.ts";

/** Places that do not match, none for a match. Missing properties with a `default` are filled in, in the value itself. */
export type Validate = (value: JsonValue) => readonly InputProblem[];

/** Problems told of at most. */
const maximumProblems = 20;
/** Values of more nodes than this are told of their first problem only, because collecting all costs memory per element. */
const smallValue = 2000;

// These two refuse correct schemas as a matter of taste.
const options: Options = { ...schemaOptions, strictTypes: false, strictTuples: false };

/** Compiles a schema once; patterns run in linear time. */
export type CompileSchema = (schema: JsonSchema) => Validate;

/** A compiler for the schemas of one bundle; what tells all problems is compiled at the first one, or at once. */
export function schemaCompiler(thoroughly: "later" | "at once" = "later"): CompileSchema {
  const brief = compilerWith(options);
  const thorough = compilerWith({ ...options, allErrors: true });
  return (schema) => {
    const first = brief(schema);
    if (thoroughly === "at once") thorough(schema);
    return (value) => {
      if (first(value)) return [];
      if (!isSmall(value)) return (first.errors ?? []).map(describe);
      // Cached by the schema's identity.
      const all = thorough(schema);
      all(value);
      return (all.errors ?? []).slice(0, maximumProblems).map(describe);
    };
  };
}

/** Made at the first schema: a bundle that was compiled ahead needs none. */
function compilerWith(chosen: Options): (schema: JsonSchema) => ValidateFunction {
  let ajv: Ajv2020 | undefined;
  return (schema) => {
    ajv ??= new Ajv2020(chosen);
    return ajv.compile(schema);
  };
}

function isSmall(value: JsonValue): boolean {
  let remaining = smallValue;
  const visit = (inner: JsonValue): boolean => {
    remaining -= 1;
    if (remaining < 0) return false;
    if (typeof inner !== "object" || inner === null) return true;
    return Object.values(inner as JsonObject).every(visit);
  };
  return visit(value);
}

function describe({ instancePath, keyword, params, message }: ErrorObject): InputProblem {
  const named = params as Readonly<Record<string, unknown>>;
  if (keyword === "required") {
    return { pointer: `${instancePath}/${escapePointer(String(named["missingProperty"]))}`, detail: "is missing" };
  }
  if (keyword === "additionalProperties") {
    return { pointer: `${instancePath}/${escapePointer(String(named["additionalProperty"]))}`, detail: "is not known" };
  }
  if (keyword === "enum" && Array.isArray(named["allowedValues"])) {
    return { pointer: instancePath, detail: `must be one of ${named["allowedValues"].map(String).join(", ")}` };
  }
  return { pointer: instancePath, detail: message ?? "does not match" };
}
