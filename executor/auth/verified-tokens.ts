// Decision: docs/decisions/0025-verified-tokens-are-remembered.md
import { hash } from "node:crypto";
import type { ResolvedKey } from "jose";

/** A token whose signature was right; its claims are in its own text, from which every call reads them anew. */
export interface VerifiedToken {
  /** The whole Authorization header that it came in. */
  readonly authorization: string;
  readonly token: string;
  /** The key that verified it. */
  readonly key: ResolvedKey["key"];
}

/** Tokens that were verified within the last minute, the latest ones of them. */
export interface VerifiedTokens {
  find(authorization: string): VerifiedToken | undefined;
  remember(verified: VerifiedToken): void;
}

export interface MemoryRules {
  /** Milliseconds for which a token is remembered, however often it comes. */
  readonly keptFor: number;
  /** Tokens at most. */
  readonly most: number;
  /** Characters of an Authorization header that is remembered. */
  readonly longest: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

const usual: MemoryRules = { keptFor: 60_000, most: 2000, longest: 4096, now: () => performance.now() };

interface Entry {
  readonly verified: VerifiedToken;
  readonly verifiedAt: number;
}

/** A memory of its own for every verifier: what one issuer's rules let pass says nothing about another's. */
export function verifiedTokens(rules: Partial<MemoryRules> = {}): VerifiedTokens {
  const { keptFor, most, longest, now } = { ...usual, ...rules };
  // In the order in which they were verified: the first one is the oldest.
  const entries = new Map<string, Entry>();
  const forgetOld = (): void => {
    for (const [digest, { verifiedAt }] of entries) {
      if (entries.size <= most && now() - verifiedAt <= keptFor) return;
      entries.delete(digest);
    }
  };
  return {
    find: (authorization) => {
      if (authorization.length > longest) return undefined;
      forgetOld();
      const verified = entries.get(digestOf(authorization))?.verified;
      return verified?.authorization === authorization ? verified : undefined;
    },
    remember: (verified) => {
      if (verified.authorization.length > longest) return;
      const digest = digestOf(verified.authorization);
      entries.delete(digest);
      entries.set(digest, { verified, verifiedAt: now() });
      forgetOld();
    },
  };
}

/** Looked up by digest, so that how long a lookup takes says nothing about the texts of others' tokens. */
function digestOf(authorization: string): string {
  return hash("sha256", authorization, "base64");
}
