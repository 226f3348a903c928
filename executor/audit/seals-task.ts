import type { Service } from "../service.ts";
import { sealAudit } from "./seal-audit.ts";

/** The sweeper's task that seals what has been recorded; resolves to the number of rows. `deadline`: milliseconds since 1970. */
export const sealsTask = {
  name: "seals",
  run: ({ pool, auditKey, log }: Service, deadline: number): Promise<number> =>
    sealAudit(pool, { deadline, key: auditKey, log }),
};
