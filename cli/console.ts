/** What a command may do to the world around it. */
export interface Console {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether `out` goes to a terminal: colour is for people only. */
  readonly isTerminal: boolean;
  readonly now: () => Date;
}
