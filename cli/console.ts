/** What a command may do to the world around it. */
export interface Console {
  out(text: string): void;
  error(text: string): void;
  /** Whether `out` goes to a terminal: colour is for people only. */
  readonly isTerminal: boolean;
  now(): Date;
}
