// The registry of runners: a missing entry does not compile.
import type { NodeType } from "@lintel/specs";
import { assert } from "./assert.ts";
import { email } from "./email.ts";
import { forEach } from "./for-each.ts";
import { http } from "./http.ts";
import { ifNode } from "./if.ts";
import { payment } from "./payment.ts";
import { policyCheck } from "./policy-check.ts";
import { poll } from "./poll.ts";
import { read } from "./read.ts";
import { retry } from "./retry.ts";
import type { Runner } from "./runner.ts";
import { sql } from "./sql.ts";
import { switchNode } from "./switch.ts";
import { transaction } from "./transaction.ts";
import { transform } from "./transform.ts";
import { write } from "./write.ts";

export const runners: { readonly [T in NodeType]: Runner<T> } = {
  assert,
  email,
  forEach,
  http,
  if: ifNode,
  payment,
  policyCheck,
  poll,
  read,
  retry,
  sql,
  switch: switchNode,
  transaction,
  transform,
  write,
};
