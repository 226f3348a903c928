// Decision: the third gate. Nothing here depends on the clock: an acknowledgement that expires never stops a restart.

import { analyseSlice, loadSqlParser, needsSqlParser } from "@lintel/policypack/risk";
import { type Acknowledgement, type Bundle, slicesOf } from "@lintel/specs";
import type { Logger } from "pino";
import { SettingsError } from "../settings.ts";

/** A bundle that must not run; the message names each Red finding. */
export class RedBundleError extends Error {
  override readonly name = "RedBundleError";
}

/** Any instant does: acknowledgements are not looked at, and Red cannot be acknowledged. */
const anyTime = "2000-01-01T00:00:00Z";

/** Derives every finding again and refuses Red. @throws RedBundleError, SettingsError */
export async function judgeBundle(bundle: Bundle): Promise<void> {
  await prepareParser(bundle);
  const red = slicesOf(bundle).flatMap((slice) => {
    const { findings } = analyseSlice(slice, bundle.slices[slice.tool.name] ?? "", [], anyTime);
    return findings.filter(({ level }) => level === "red");
  });
  if (red.length === 0) return;
  const lines = red.map(
    ({ rule, tool, node, message }) =>
      `- ${rule}: tool ${tool}${node === undefined ? "" : `, node ${node}`}: ${message}`,
  );
  throw new RedBundleError(`bundle ${bundle.digest} is Red and is not served:\n${lines.join("\n")}`);
}

/** The image holds the parser only where its bundle holds SQL. @throws SettingsError: a verdict without it would be a guess */
async function prepareParser({ tools }: Bundle): Promise<void> {
  if (!needsSqlParser(tools)) return;
  try {
    await loadSqlParser();
  } catch (error) {
    throw new SettingsError(
      "the bundle holds SQL, and PostgreSQL's parser, which judges it, is not at hand; put sql-parser.mjs and libpg-query.wasm " +
        "beside main.mjs, as the image of this bundle has them",
      { cause: error },
    );
  }
}

const day = 24 * 60 * 60 * 1000;

/** Warns of acknowledgements that are about to expire (14 days), because they block the next deployment. */
export function warnOfExpiry(acknowledgements: readonly Acknowledgement[], now: number, log: Logger): void {
  for (const { tool, rule, expires } of acknowledgements) {
    const remaining = Date.parse(`${expires}T23:59:59.999Z`) - now;
    if (remaining > 14 * day) continue;
    log.warn({ tool, rule, expires }, "an acknowledgement expires; renew it, or the next deployment is blocked");
  }
}
