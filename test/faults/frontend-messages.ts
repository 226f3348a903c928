/** A message of PostgreSQL's frontend protocol (postgresql.org/docs/current/protocol-message-formats.html). */
interface FrontendMessage {
  readonly bytes: Buffer;
  /** Asks the server to carry out a COMMIT: as text, or as a statement that was prepared before. */
  readonly isCommit: boolean;
}

/** Cuts a client's bytes into messages; the first one, of the start, has no type. */
export function frontendMessages(): (chunk: Buffer) => readonly FrontendMessage[] {
  let rest = Buffer.alloc(0);
  let hasStarted = false;
  const commits = new Set<string>();
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: FrontendMessage[] = [];
    for (;;) {
      const typeLength = hasStarted ? 1 : 0;
      if (rest.length < typeLength + 4) return messages;
      const length = typeLength + rest.readUInt32BE(typeLength);
      if (rest.length < length) return messages;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      messages.push({ bytes, isCommit: hasStarted && carriesOutCommit(bytes, commits) });
      hasStarted = true;
    }
  };
}

function carriesOutCommit(bytes: Buffer, commits: Set<string>): boolean {
  const type = String.fromCharCode(bytes[0] ?? 0);
  const [first = "", second = ""] = bytes.toString("latin1", 5).split("\0");
  if (type === "Q") return first === "COMMIT";
  if (type === "P" && second === "COMMIT") commits.add(first);
  else if (type === "P") commits.delete(first);
  // Bind names the portal, then the statement.
  return type === "B" && commits.has(second);
}
