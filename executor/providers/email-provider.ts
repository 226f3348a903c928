/** One message to one address. */
export interface EmailMessage {
  /** Without angle brackets. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
}

/** Who takes messages to deliver them; honours no keys, so that a message may come twice when it is sent twice. */
export interface EmailProviderApi {
  prepare(message: EmailMessage): Promise<PreparedEmail>;
  /** The part of an id behind the at sign. */
  readonly domain: string;
}

/** A message that can be sent again as it is. */
export interface PreparedEmail {
  /** `timeout` is milliseconds of the whole attempt. @throws CallFailure */
  send(timeout: number): Promise<void>;
}
