import { createRequire } from "node:module";
import type * as draft2020 from "../../specs/node_modules/ajv/dist/2020.js";
import type * as draft7 from "../../specs/node_modules/ajv/dist/ajv.js";

// Another ajv, an older one, stands at the top of the repository for its linters.
const require = createRequire(new URL("../../specs/index.ts", import.meta.url));

/** For draft 2020-12. */
export const { Ajv2020 } = require("ajv/dist/2020.js") as typeof draft2020;
/** For draft 7. */
export const { Ajv } = require("ajv/dist/ajv.js") as typeof draft7;
