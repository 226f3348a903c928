import { linearPatterns, schemaFormats, type Tool } from "@lintel/specs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { SeenAnswer } from "../lane.ts";
import type { BrokenLaw } from "./laws.ts";

/** What of a body does not match; undefined where it does. */
export type CheckOutput = (body: unknown) => string | undefined;

/** The output schemas by tool, compiled here and not by the executor. */
export function outputChecks(tools: readonly Tool[]): ReadonlyMap<string, CheckOutput> {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    meta: false,
    formats: schemaFormats,
    code: { regExp: linearPatterns },
  });
  return new Map(
    tools.map(({ name, output }) => {
      const validate = ajv.compile(output);
      return [
        name,
        (body: unknown) => (validate(body) ? undefined : ajv.errorsText(validate.errors, { dataVar: "body" })),
      ];
    }),
  );
}

/** A success answers with what the output schema says; replays are answers of earlier calls, which were looked at then. */
export function brokenOutput(
  outputs: ReadonlyMap<string, CheckOutput>,
  { name }: Tool,
  { status, body }: SeenAnswer,
): readonly BrokenLaw[] {
  if (status < 200 || status > 299) return [];
  const problem = outputs.get(name)?.(body);
  return problem === undefined
    ? []
    : [{ law: "output", subject: name, message: `${name} answers outside its output schema: ${problem}` }];
}
