// The mix of DESIGN.md section 10: of twenty calls thirteen are valid, four invalid, two forbidden, one conflicting.
export type CallKind = "valid" | "invalid" | "forbidden" | "conflicting";

/** What is sent, and which kind of answer is due. */
export interface PlannedCall {
  readonly kind: CallKind;
  readonly token: string;
  readonly body: Reservation;
}

export interface Reservation {
  readonly roomId: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly guests: number;
  readonly guestName: string;
}

export interface Tokens {
  readonly agent: string;
  readonly guest: string;
}

export const roomCount = 200;
/** The stay that is taken in every room before the run. */
export const takenStay = { startsOn: "2030-01-01", endsOn: "2030-01-03" } as const;

const mix: readonly CallKind[] = [
  ...["valid", "valid", "invalid", "valid", "valid", "forbidden", "valid", "valid", "invalid", "valid"],
  ...["valid", "conflicting", "valid", "valid", "invalid", "valid", "forbidden", "valid", "invalid", "valid"],
] as readonly CallKind[];

const day = 24 * 60 * 60 * 1000;

/** The key of the n-th room, also computed by the pgbench script. */
export function roomId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

/** The same calls for everybody, in the same order; a valid one takes a stay that nobody has. */
export function* plannedCalls(tokens: Tokens): Generator<PlannedCall, never> {
  for (let index = 0; ; index += 1) {
    const kind = mix[index % mix.length] ?? "valid";
    const token = kind === "forbidden" ? tokens.guest : tokens.agent;
    yield { kind, token, body: bodyOf(kind, index) };
  }
}

function bodyOf(kind: CallKind, index: number): Reservation {
  const startsAt = Date.UTC(2031, 0, 1) + 2 * day * Math.floor(index / roomCount);
  const free = { startsOn: dateOf(startsAt), endsOn: dateOf(startsAt + 2 * day) };
  return {
    roomId: roomId(index % roomCount),
    ...(kind === "conflicting" ? takenStay : free),
    guests: kind === "invalid" ? 99 : 2,
    guestName: `Guest ${String(index)}`,
  };
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
