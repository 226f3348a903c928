/** What a command may do to the world around it. */
export interface Console {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether `out` is coloured: it goes to a terminal, unless NO_COLOR or FORCE_COLOR say otherwise. */
  readonly isTerminal: boolean;
  readonly now: () => Date;
  /** Shows what is being done until the next call; "" clears it. Absent where standard error is no terminal. */
  readonly progress?: (text: string) => void;
}
