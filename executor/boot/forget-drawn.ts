import { randomUUID } from "node:crypto";

/** Uuids whose bits Node draws at once and keeps (lib/internal/crypto/random.js). */
const batch = 128;

/**
 * Lets go of the random bits that a snapshot may hold because something drew a uuid while it was taken: they would be those of every
 * process that starts from it.
 */
export function forgetDrawn(): void {
  for (let count = 0; count < batch; count += 1) randomUUID();
}
