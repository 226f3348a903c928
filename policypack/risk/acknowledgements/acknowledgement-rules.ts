import type { Acknowledgement } from "@lintel/specs";
import type { RuleMetadata } from "../rule.ts";
import { isDate } from "./validity.ts";

export type AcknowledgementProblem =
  | "acknowledgement-of-red"
  | "acknowledgement-expired"
  | "acknowledgement-unused"
  | "acknowledgement-without-reason"
  | "acknowledgement-without-approver"
  | "acknowledgement-by-unlisted-approver"
  | "acknowledgement-too-long";

interface AcknowledgementRule extends RuleMetadata {
  readonly describe: (acknowledgement: Acknowledgement, detail: string) => string;
}

const byHand = (title: string) => ({ kind: "by-hand", title }) as const;

/** What can be wrong with an acknowledgement; none of these can itself be acknowledged. */
export const acknowledgementRules: Readonly<Record<AcknowledgementProblem, AcknowledgementRule>> = {
  "acknowledgement-of-red": {
    id: "acknowledgement-of-red",
    level: "red",
    title: "A Red finding cannot be acknowledged",
    rationale: "Red means that no review makes it safe; an entry that claims otherwise would be read as permission.",
    fix: byHand("remove the acknowledgement and repair the tool"),
    describe: ({ rule }) => `"${rule}" is Red and cannot be acknowledged; remove this and repair the tool`,
  },
  "acknowledgement-expired": {
    id: "acknowledgement-expired",
    level: "yellow",
    title: "The acknowledgement has expired",
    rationale: "What was acceptable for a time is looked at again when that time is over.",
    fix: byHand("review the finding again and set a new date"),
    describe: ({ rule, expires }) =>
      isDate(expires)
        ? `the acknowledgement of "${rule}" ended on "${expires}"; review it and set a new date`
        : `the acknowledgement of "${rule}" ends on "${expires}", which is no date of the calendar; write YYYY-MM-DD`,
  },
  "acknowledgement-unused": {
    id: "acknowledgement-unused",
    level: "yellow",
    title: "The acknowledgement matches no finding",
    rationale: "The risky part has changed or is gone; an entry left behind would accept what nobody has reviewed.",
    fix: byHand("remove the acknowledgement, or review the finding as it is now"),
    describe: ({ rule, node, fingerprint }, detail) =>
      detail === ""
        ? `no finding of "${rule}"${node === undefined ? "" : ` at "${node}"`} has the fingerprint "${fingerprint}"; ` +
          "remove this, or review the finding as it is now"
        : `${detail}, so this accepts nothing; correct the name, or remove this`,
  },
  "acknowledgement-without-reason": {
    id: "acknowledgement-without-reason",
    level: "yellow",
    title: "The acknowledgement gives no reason",
    rationale: "The next reviewer has to know why the risk was accepted.",
    fix: byHand("write the reason"),
    describe: ({ rule }) => `the acknowledgement of "${rule}" gives no reason; write one`,
  },
  "acknowledgement-without-approver": {
    id: "acknowledgement-without-approver",
    level: "yellow",
    title: "The acknowledgement does not say whose it is",
    rationale: "Somebody answers for an accepted risk, and is asked when it comes true.",
    fix: byHand("write who accepts the finding"),
    describe: ({ rule }) => `the acknowledgement of "${rule}" does not say who accepts it; write "by"`,
  },
  "acknowledgement-by-unlisted-approver": {
    id: "acknowledgement-by-unlisted-approver",
    level: "yellow",
    title: "The approver is not on the organization's list",
    rationale: "An organization can say who may accept risk; everyone else asks them.",
    fix: byHand("have a listed approver accept the finding"),
    describe: ({ rule, by }) => `"${by}" may not acknowledge "${rule}"; have a listed approver accept it`,
  },
  "acknowledgement-too-long": {
    id: "acknowledgement-too-long",
    level: "yellow",
    title: "The acknowledgement reaches too far ahead",
    rationale: "A risk stays accepted for ten years at most without another look; an organization can say less.",
    fix: byHand("set an earlier date"),
    describe: ({ rule, expires }, detail) =>
      `the acknowledgement of "${rule}" reaches to ${expires}, more than ${detail} ahead; set an earlier date`,
  },
};
