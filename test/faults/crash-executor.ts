// The executor as it is deployed, but for one thing: it kills itself at the point that LINTEL_TEST_CRASH_POINT names.
import { appendFileSync } from "node:fs";
// Not by the door, through which the bundler comes in too.
import { createLogger } from "../../executor/log/logger.ts";
import { startServer } from "../../executor/server/start.ts";
import { readSettings } from "../../executor/settings.ts";
import { crashAt, crashPoints } from "./crash-points.ts";

const log = createLogger(process.env["LINTEL_LOG_LEVEL"] ?? "info");
const { LINTEL_TEST_CRASH_POINT: crashPoint, LINTEL_TEST_POINTS: file } = process.env;
const pass = crashAt(crashPoint, file === undefined ? undefined : (point) => appendFileSync(file, `${point}\n`));
const server = await startServer({
  settings: readSettings(process.env),
  log,
  defaultBundleUrl: "",
  host: "127.0.0.1",
  observation: crashPoints(pass),
});
process.once("SIGTERM", () => {
  server.drain().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
