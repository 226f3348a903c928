import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** The parts of the project's style that a tool can see. Formatting and the order of imports are Biome's. */
export default defineConfig(
  globalIgnores([
    "**/dist/**",
    "**/node_modules/**",
    ".lintel/**",
    "test/**/fixtures/**",
    "bench/peers/**",
    "**/*.cjs",
  ]),
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, varsIgnorePattern: "^_" }],
      // Units and counts are written into messages everywhere.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["test/**"],
    rules: {
      "max-lines-per-function": "off",
      // A test file may list many cases of one behaviour.
      "max-lines": ["error", { max: 500 }],
    },
  },
  {
    // Configuration files are read by their tools through a default export.
    files: ["*.config.ts", "*.config.mjs"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    // Plain JavaScript, because it runs before anything is installed; its types are in JSDoc and checked by tsc.
    files: ["**/*.mjs"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
);
