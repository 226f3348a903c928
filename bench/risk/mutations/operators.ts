import { accessOperators } from "./access-operators.ts";
import { callOperators } from "./call-operators.ts";
import type { Operator } from "./operator.ts";
import { writeOperators } from "./write-operators.ts";

export const operators: readonly Operator[] = [...writeOperators, ...callOperators, ...accessOperators];
