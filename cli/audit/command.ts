import { Argument, Command, Option } from "commander";
import type { DefineCommand } from "../command.ts";
import type { VerifyCommandOptions } from "./verify.ts";

export const auditCommand: DefineCommand = ({ console, finish }) =>
  new Command("audit")
    .description("verify that the audit log of a workspace stands as it was sealed")
    .addArgument(new Argument("<action>", "what to do with it").choices(["verify"]))
    .option("--database <url>", "a connection URL of the admin's identity (default: LINTEL_DATABASE_URL)")
    .option("--head <hash>", "a head that was noted outside the database; the chain must still hold it")
    .option("--signed-since <seal>", "the number of a seal; it and all after it must be signed")
    .addOption(new Option("-f, --format <format>", "how to print it").choices(["text", "json"]).default("text"))
    .addHelpText("after", examples)
    .action(async (_action: string, options: VerifyCommandOptions) => {
      const { verify } = await import("./verify.ts");
      finish(await verify(options, process.env, console));
    });

const examples = `
Reads the whole log once and names each row that was changed, removed or inserted later, each seal that was changed or is
missing, and triggers that are off. With LINTEL_AUDIT_KEY (several: with commas between) signatures are verified too:
the last seal must be signed, and every one after the first signed one; --signed-since says which one that is at the latest.
Without a key, only --head shows that the last seals were removed or all of them made anew: each seal's head is in the
executor's log. docs/audit.md says how it works and what it cannot see.

Exit codes: 0 intact, 1 tampered with, 2 the database cannot be read, 3 nothing is sealed.

Examples:
  $ LINTEL_DATABASE_URL=postgresql://admin@db/shop lintel audit verify
  $ lintel audit verify --database "$ADMIN_URL" --head 9f2c... --format json`;
