import assert from "./assert/schema.json" with { type: "json" };
import email from "./email/schema.json" with { type: "json" };
import forEach from "./for-each/schema.json" with { type: "json" };
import http from "./http/schema.json" with { type: "json" };
import ifNode from "./if/schema.json" with { type: "json" };
import payment from "./payment/schema.json" with { type: "json" };
import policyCheck from "./policy-check/schema.json" with { type: "json" };
import poll from "./poll/schema.json" with { type: "json" };
import read from "./read/schema.json" with { type: "json" };
import retry from "./retry/schema.json" with { type: "json" };
import sql from "./sql/schema.json" with { type: "json" };
import switchNode from "./switch/schema.json" with { type: "json" };
import transaction from "./transaction/schema.json" with { type: "json" };
import transform from "./transform/schema.json" with { type: "json" };
import write from "./write/schema.json" with { type: "json" };

/** The authored shape of each node type, by the path of its schema in the package. */
export const nodeSchemas: Readonly<Record<string, object>> = {
  "nodes/assert/schema.json": assert,
  "nodes/email/schema.json": email,
  "nodes/for-each/schema.json": forEach,
  "nodes/http/schema.json": http,
  "nodes/if/schema.json": ifNode,
  "nodes/payment/schema.json": payment,
  "nodes/policy-check/schema.json": policyCheck,
  "nodes/poll/schema.json": poll,
  "nodes/read/schema.json": read,
  "nodes/retry/schema.json": retry,
  "nodes/sql/schema.json": sql,
  "nodes/switch/schema.json": switchNode,
  "nodes/transaction/schema.json": transaction,
  "nodes/transform/schema.json": transform,
  "nodes/write/schema.json": write,
};
