// Writes docs/rules.md and rule-pages.json; a test fails when one is not current.
import { writeFile } from "node:fs/promises";
import { rulePages } from "./rule-pages.ts";
import { rulesPage } from "./rules-page.ts";

await writeFile(new URL("../docs/rules.md", import.meta.url), await rulesPage());
await writeFile(new URL("./rule-pages.json", import.meta.url), await rulePages());
