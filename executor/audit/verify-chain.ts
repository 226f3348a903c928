import type { ProblemList } from "./audit-verdict.ts";
import { noSeal, type Seal, sealHash } from "./seal-hash.ts";

/** A seal with what stands beside it. */
export interface StoredSeal extends Seal {
  readonly hash: Buffer;
  readonly key_id: string | null;
  readonly signature: Buffer | null;
}

/** Whether a seal is what it was and continues the one before it. */
export function verifyLink(seal: StoredSeal, previous: StoredSeal | undefined, problems: ProblemList): void {
  const { number } = seal;
  const expected = BigInt(previous?.number ?? "0") + 1n;
  if (seal.encoding !== 1) {
    const message = `seal ${number} is of a newer kind (${String(seal.encoding)}); update lintel`;
    problems.add({ type: "seal-unknown", seal: number, message });
  }
  if (BigInt(number) !== expected) {
    const missing =
      expected === BigInt(number) - 1n
        ? `seal ${String(expected)} is`
        : `seals ${String(expected)} to ${String(BigInt(number) - 1n)} are`;
    problems.add({ type: "seal-missing", seal: String(expected), message: `${missing} missing` });
  } else if (!seal.previous_hash.equals(previous?.hash ?? noSeal)) {
    problems.add({ type: "seal-changed", seal: number, message: `seal ${number} does not continue the one before it` });
  }
  if (!sealHash(seal).equals(seal.hash)) {
    problems.add({ type: "seal-changed", seal: number, message: `seal ${number} was changed: its hash is another` });
  }
}
