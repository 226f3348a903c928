/** Something that `lintel explain` knows. */
export interface Topic {
  readonly id: string;
  readonly kind: TopicKind;
  /** One line. */
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

export type TopicKind = "red" | "yellow" | "acknowledgement" | "spec error" | "problem" | "change";

/** What each kind is, as `--list` heads it. */
export const topicKinds: Readonly<Record<TopicKind, string>> = {
  red: "Red: blocks, and cannot be acknowledged",
  yellow: "Yellow: needs an acknowledgement",
  acknowledgement: "About acknowledgements: cannot themselves be acknowledged",
  "spec error": "Spec errors: what does not compile",
  problem: "Problems that a caller gets",
  change: "Changes that lintel diff names",
};
