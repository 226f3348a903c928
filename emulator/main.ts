import { parseArgs } from "node:util";
import { startEmulator } from "./index.ts";

// The emulator as a process: one JSON line when it is ready, then it serves until SIGTERM or SIGINT.
const { values } = parseArgs({
  options: {
    state: { type: "string" },
    port: { type: "string" },
    postgres: { type: "string" },
    images: { type: "string" },
    docker: { type: "string" },
    registry: { type: "string" },
  },
});
const { state, port, ...rest } = values;
if (state === undefined) {
  process.stderr.write(
    "usage: node emulator/main.ts --state DIR [--port N] [--postgres URL] [--images DIR] [--docker HOST] [--registry HOST:PORT]\n",
  );
  process.exit(2);
}
const starting = startEmulator({ state, ...(port === undefined ? {} : { port: Number(port) }), ...rest });

// Before the line is written: who reads it may end this process at once, and the containers have to end with it.
const end = (): void => {
  void starting.then((started) => started.stop()).finally(() => process.exit(0));
};
process.once("SIGTERM", end);
process.once("SIGINT", end);

const { url, endpoints, accessToken, issuer, jwksUrl } = await starting;
process.stdout.write(`${JSON.stringify({ url, endpoints, accessToken, issuer, jwksUrl })}\n`);
