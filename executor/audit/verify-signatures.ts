// Decision: with a key, a chain has to end signed. One that was made anew without it would otherwise be as good as one from before
// there was any key (docs/decisions/0021-audit-seals.md).
import type { ProblemList } from "./audit-verdict.ts";
import { type AuditKey, isSignedBy } from "./seal-hash.ts";
import type { StoredSeal } from "./verify-chain.ts";

/** What signatures are held against. */
export interface SignatureRules {
  /** Keys that seals were signed with; without any, signatures are not looked at. */
  readonly keys?: readonly AuditKey[];
  /** Number of the seal from which on all are to be signed; default: from the first signed one on. */
  readonly signedSince?: string | undefined;
}

export interface SignatureCheck {
  verify(seal: StoredSeal): void;
  /** To be called after the last seal; how many unsigned ones came before all that had to be signed. */
  end(last: StoredSeal | undefined): number;
}

/** From the first signed seal on, or from the one that is named, every one is to be signed, and the last in any case. */
export function signatureCheck({ keys = [], signedSince }: SignatureRules, problems: ProblemList): SignatureCheck {
  if (keys.length === 0) return { verify: () => undefined, end: () => 0 };
  let unsigned = 0;
  let isExpected = false;
  const add = (seal: string, what: string): void => {
    problems.add({ type: "seal-unsigned", seal, message: `seal ${seal} ${what}` });
  };
  return {
    verify: (seal) => {
      const isNamed = signedSince !== undefined && BigInt(seal.number) >= BigInt(signedSince);
      const fault = faultOf(keys, seal);
      if (fault !== undefined) add(seal.number, fault);
      else if (seal.signature !== null) isExpected = true;
      else if (isNamed) add(seal.number, `is not signed, and all from seal ${signedSince} on are to be`);
      else if (isExpected) add(seal.number, "is not signed, and one before it is");
      else unsigned += 1;
      isExpected ||= seal.signature !== null || isNamed;
    },
    end: (last) => {
      if (signedSince !== undefined && BigInt(last?.number ?? "0") < BigInt(signedSince)) {
        const message = `seal ${signedSince} is missing, which is to be signed: the chain ${last === undefined ? "has no seal" : `ends with seal ${last.number}`}`;
        problems.add({ type: "seal-missing", seal: signedSince, message });
      }
      if (last !== undefined && !isExpected) add(last.number, unsignedEnd);
      return unsigned;
    },
  };
}

const unsignedEnd =
  "is the last one and not signed: the chain was made anew without the key, or the executor has not sealed since it was given one";

/** What is wrong with a signature that is there. */
function faultOf(keys: readonly AuditKey[], { key_id, signature, hash }: StoredSeal): string | undefined {
  if (signature === null) return undefined;
  const key = keys.find(({ id }) => id === key_id);
  if (key === undefined) return `is signed with key ${key_id ?? "of no name"}, which was not given`;
  return isSignedBy(key, hash, signature) ? undefined : "has a signature that is not its own";
}
