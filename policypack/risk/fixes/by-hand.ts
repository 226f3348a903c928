import type { Fixer } from "./fixer.ts";

/** No mechanical edit is right: what to do instead is a decision about the business. */
export const byHand: Fixer = ({ finding }) => `no mechanical edit is right here; ${finding.fix.title}`;
