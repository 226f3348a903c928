/**
 * @typedef {object} AcceptedAdvisory
 * @property {string} id such as GHSA-xxxx-xxxx-xxxx
 * @property {string} reason why it harms nobody here
 * @property {string} expires YYYY-MM-DD; from that day on it is accepted no longer
 */

/**
 * What `npm audit --json` says, against what was accepted. A registry that cannot be asked is said, and fails nothing.
 * @param {string} output
 * @param {readonly AcceptedAdvisory[]} accepted
 * @param {string} today YYYY-MM-DD
 * @returns {{ lines: readonly string[], isGood: boolean }}
 */
export function judgeAdvisories(output, accepted, today) {
  const report = read(output);
  const flawed = accepted.filter((entry) => !isEntry(entry));
  if (flawed.length > 0)
    return { lines: [`an entry needs id, reason and expires: ${JSON.stringify(flawed)}`], isGood: false };
  if (report?.vulnerabilities === undefined) {
    const why = report?.message ?? report?.error?.summary ?? output.trim().split("\n").at(-1) ?? "";
    return { lines: [`NOT AUDITED: this registry does not say what is known of dependencies (${why})`], isGood: true };
  }
  const found = advisoriesOf(report.vulnerabilities);
  const open = found.filter(({ id }) => !accepted.some((entry) => entry.id === id && entry.expires > today));
  const unused = accepted.filter(({ id }) => !found.some((advisory) => advisory.id === id));
  return {
    lines: [
      ...open.map(
        ({ id, severity, name, title }) => `FAIL ${severity} ${id} in ${name}: ${title}${expiryOf(id, accepted)}`,
      ),
      ...unused.map(({ id }) => `${id} is accepted and not found any more: remove it`),
      `${String(found.length)} high or critical advisories, ${String(open.length)} of them not accepted`,
    ],
    isGood: open.length === 0,
  };
}

/**
 * @typedef {object} AuditReport
 * @property {Record<string, Vulnerability>} [vulnerabilities]
 * @property {string} [message]
 * @property {{ summary?: string }} [error]
 *
 * @typedef {{ url: string, severity: string, name: string, title: string }} Cause
 * @typedef {{ via: readonly (string | Cause)[] }} Vulnerability
 */

/**
 * @param {string} output what npm prints besides is around one JSON object
 * @returns {AuditReport | undefined}
 */
function read(output) {
  try {
    return JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1));
  } catch {
    return undefined;
  }
}

/** @param {Partial<AcceptedAdvisory>} entry */
function isEntry({ id, reason, expires }) {
  return typeof id === "string" && (reason ?? "").trim() !== "" && /^\d{4}-\d{2}-\d{2}$/u.test(expires ?? "");
}

/**
 * Each advisory once: npm repeats them for every package on the way to the weak one, there by name alone.
 * @param {Record<string, Vulnerability>} vulnerabilities
 */
function advisoriesOf(vulnerabilities) {
  const all = Object.values(vulnerabilities).flatMap(({ via }) => via.filter((cause) => typeof cause !== "string"));
  const grave = all.filter(({ severity }) => severity === "high" || severity === "critical");
  const byId = new Map(
    grave.map(({ url, severity, name, title }) => [idOf(url), { id: idOf(url), severity, name, title }]),
  );
  return [...byId.values()].sort((a, b) => a.id.localeCompare(b.id));
}

/** @param {string} url */
function idOf(url) {
  return url.split("/").at(-1) ?? url;
}

/** @param {string} id @param {readonly AcceptedAdvisory[]} accepted */
function expiryOf(id, accepted) {
  const entry = accepted.find((each) => each.id === id);
  return entry === undefined ? "" : ` (accepted until ${entry.expires})`;
}
