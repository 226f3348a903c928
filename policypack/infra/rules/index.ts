import type { CloudRule } from "../cloud-rule.ts";
import { databasePassword } from "./database-password.ts";
import { databaseWithoutBackup } from "./database-without-backup.ts";
import { databaseWithoutTls } from "./database-without-tls.ts";
import { defaultServiceAccount } from "./default-service-account.ts";
import { missingLabel } from "./missing-label.ts";
import { plainTextSecret } from "./plain-text-secret.ts";
import { publicDatabase } from "./public-database.ts";
import { publicInvoker } from "./public-invoker.ts";
import { regionNotAllowed } from "./region-not-allowed.ts";
import { scheduleWithoutIdentity } from "./schedule-without-identity.ts";
import { unpinnedImage } from "./unpinned-image.ts";
import { deletionAllowed, unprotectedDatabase } from "./unprotected-database.ts";

/** Every cloud rule; `policypack/README.md` lists them. */
export const cloudRules: readonly CloudRule[] = [
  plainTextSecret,
  defaultServiceAccount,
  publicInvoker,
  unpinnedImage,
  publicDatabase,
  databaseWithoutTls,
  databasePassword,
  databaseWithoutBackup,
  unprotectedDatabase,
  deletionAllowed,
  scheduleWithoutIdentity,
  regionNotAllowed,
  missingLabel,
];
