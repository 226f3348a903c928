import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lintel } from "./run-lintel.ts";

const specs = join(import.meta.dirname, "../../examples/reservations");

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("lintel test --database-url", () => {
  it.each(["mysql://localhost/x", "", "localhost:5432"])("refuses what is no PostgreSQL URL: %s", async (url) => {
    const { code, error } = await lintel(["test", specs, "--database-url", url]);
    expect(error).toContain("must begin with postgresql://");
    expect(code).toBe(2);
  });

  it("says which server cannot be used, and not the password", async () => {
    const port = await closedPort();
    const url = `postgresql://weak:hunter2@127.0.0.1:${String(port)}/postgres`;
    const { code, error } = await lintel(["test", specs, "--database-url", url]);
    expect(error).toContain(`the PostgreSQL at 127.0.0.1:${String(port)} cannot be used as weak`);
    expect(error).toContain("ECONNREFUSED");
    expect(error).not.toContain("hunter2");
    expect(error).not.toContain("internal failure");
    expect(code).toBe(2);
  });
});
