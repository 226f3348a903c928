/** Why an execution cannot be ended without a person, as the admin API tells it. */
export class Unrecoverable extends Error {
  override readonly name = "Unrecoverable";
}
