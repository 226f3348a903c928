// One line per rule; what is Red comes first, and the rest in the order of the docs.
import type { Rule } from "../rule.ts";
import { externalCallInTransaction } from "./external-call-in-transaction/rule.ts";
import { hardDelete } from "./hard-delete/rule.ts";
import { writeOutsideTransaction } from "./write-outside-transaction/rule.ts";

export const rules: readonly Rule[] = [writeOutsideTransaction, hardDelete, externalCallInTransaction];
