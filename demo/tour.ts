// The three calls that the demo makes, as a person would with curl.
import { type Call, curlLine, perform } from "./calls.ts";
import type { Narrator } from "./narrator.ts";
import type { TokenIssuer } from "./token-issuer.ts";

const guest = { sub: "guest-7", roles: ["customer"], email: "ada@example.com" };
const agent = { sub: "agent-1", roles: ["agent"], email: "lena@example.com" };

/** Fills the database with one customer and one room, then books, confirms and asks for the reservation. */
export async function takeTour(url: string, issuer: TokenIssuer, tell: Narrator): Promise<void> {
  const [customerToken, agentToken] = await Promise.all([issuer.issue(guest), issuer.issue(agent)]);
  const asAgent = { token: agentToken, tokenName: "AGENT" };
  const asGuest = { token: customerToken, tokenName: "GUEST" };
  const customer = await create(url, "/customers", asAgent, { subject: guest.sub, name: "Ada", email: guest.email });
  const nightlyRate = { amount: 12_000, currency: "EUR" };
  const room = await create(url, "/rooms", asAgent, { number: "101", beds: 2, nightlyRate });
  tell.line(`   URL    ${url}`);
  tell.line("   tokens, valid for a day:");
  tell.line(`   GUEST='${customerToken}'`);
  tell.line(`   AGENT='${agentToken}'`);

  const stay = { customerId: customer, roomId: room, startsOn: inDays(30), endsOn: inDays(33) };
  const booked = await show(url, { method: "POST", path: "/reservations", body: stay, ...asGuest }, 201, tell);
  await show(url, { method: "POST", path: "/reservations", body: stay, ...asGuest }, 409, tell);
  await show(url, { method: "POST", path: `/reservations/${booked}/confirm`, body: {}, ...asAgent }, 200, tell);
}

async function create(
  url: string,
  path: string,
  token: Pick<Call, "token" | "tokenName">,
  body: object,
): Promise<string> {
  const answer = await perform(url, { method: "POST", path, body, ...token }, 201);
  return idOf(answer.body);
}

async function show(url: string, call: Call, expected: number, tell: Narrator): Promise<string> {
  tell.line();
  tell.line(`   ${curlLine(url, call)}`);
  const answer = await perform(url, call, expected);
  tell.line(`   ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  return idOf(answer.body);
}

function idOf(body: unknown): string {
  return typeof body === "object" && body !== null && "id" in body ? String(body.id) : "";
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
