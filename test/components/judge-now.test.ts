import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { judgeNow } from "../../components/gate/judge-now.ts";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));
const request = { environment: undefined, acknowledgements: [], now: "2026-01-01T00:00:00.000Z" };

test("a spec folder is compiled and judged before the call returns, also where it holds SQL", () => {
  const judgement = judgeNow({ ...request, folder: `${examples}/reservations-red` });
  expect(judgement.type).toBe("judged");
  if (judgement.type !== "judged") return;
  expect(judgement.report).toMatchObject({ level: "red", isBlocked: true, digest: judgement.specs.bundle.digest });
  expect(judgement.report.tools.flatMap(({ findings }) => findings.map(({ rule }) => rule))).toContain("raw-write");
});

test("a folder that is not there is rejected with a diagnostic, not judged", () => {
  expect(judgeNow({ ...request, folder: `${examples}/nowhere` })).toMatchObject({ type: "rejected" });
});

test("what goes wrong while judging is an error and never a verdict", () => {
  expect(() => judgeNow({ ...request, folder: `${examples}/reservations`, now: "never" })).toThrow(/judging .* failed/);
});
