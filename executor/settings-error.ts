/** A process that cannot start as it is configured; the message says what to set. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
