import type { RiskLevel } from "@lintel/specs";

const severity: Readonly<Record<RiskLevel, number>> = { green: 0, yellow: 1, red: 2 };

/** The worst of the levels; green when there is none. */
export function worstLevel(levels: readonly RiskLevel[]): RiskLevel {
  return levels.reduce<RiskLevel>((worst, level) => (severity[level] > severity[worst] ? level : worst), "green");
}
