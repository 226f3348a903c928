// Recall and position per rule: every operator over every Green base that it applies to, and whether its one finding is there.
//   node bench/risk/mutations.ts [DRAWN]     DRAWN random flows beside the fixtures and examples; 100 by default
import { loadSqlParser, rulesMetadata } from "@lintel/policypack/risk";
import { mutate, type Outcome } from "./mutations/apply.ts";
import { bases } from "./mutations/bases.ts";
import { operators } from "./mutations/operators.ts";

await loadSqlParser();
const drawn = Number(process.argv[2] ?? 100);
const greens = bases(drawn);
const outcomes = operators.flatMap((operator) => greens.flatMap((base) => mutate(operator, base) ?? []));

const rows = rulesMetadata
  .filter(({ id }) => !id.startsWith("acknowledgement-"))
  .map(({ id, level }) => ({
    rule: id,
    level,
    operators: operators.filter(({ rule }) => rule === id).length,
    ...rates(outcomes.filter(({ rule }) => rule === id)),
  }));
console.table(rows);
console.log(
  `${operators.length} operators, ${greens.length} Green tools, ${outcomes.length} mutants:`,
  rates(outcomes),
);

function rates(of: readonly Outcome[]): Record<string, number | string> {
  const share = (count: number): string => (of.length === 0 ? "-" : `${((100 * count) / of.length).toFixed(1)} %`);
  return {
    mutants: of.length,
    recall: share(of.filter(({ isFound }) => isFound).length),
    position: share(of.filter(({ isAtPlace }) => isAtPlace).length),
    alone: share(of.filter(({ extra }) => extra.length === 0).length),
  };
}
