import type { Tool } from "@lintel/specs";
import { type Exported, type ExportFile, passwords } from "./export-file.ts";

/** How to run the export, with commands that a test follows. */
export function readmeFile(exported: Exported): ExportFile {
  const { bundle, version } = exported;
  return {
    path: "README.md",
    text: `# ${bundle.workspace.name}

Everything that this backend needs to run without Lintel's deployment, as lintel ${version} exported it from bundle
\`${bundle.digest}\`. It holds no secret values.

| | |
|---|---|
| \`image/\` | the executor as one file, the bundle it serves, its Dockerfile |
| \`database/\` | roles, and the schema as SQL |
| \`compose.yaml\` | PostgreSQL, migration and executor with Docker Compose |
| \`infrastructure/\` | a Pulumi program of plain Google Cloud resources |
| \`settings.env\`, \`secrets.env.example\` | the environment; copy the second to \`secrets.env\` and fill it in |

Callers' tokens are those of your own issuer: ${bundle.workspace.auth.issuer} for ${bundle.workspace.auth.audience}.

## With Docker

\`\`\`sh
cp secrets.env.example secrets.env     # fill in
docker compose --env-file secrets.env up --build --detach
curl --fail http://127.0.0.1:8080/readyz
\`\`\`

## Without Docker

Needs Node 22 or newer and PostgreSQL 14 or newer; \`$DATABASE\` is an URL of its owner, \`$SERVER\` host and port (\`127.0.0.1:5432/app\`).

\`\`\`sh
set -a; . ./settings.env; . ./secrets.env; set +a
psql "$DATABASE" --file database/roles.sql
LINTEL_DATABASE_URL="postgresql://lintel_migrator:$${passwords.migrator}@$SERVER" node image/main.mjs migrate
LINTEL_DATABASE_URL="postgresql://lintel_executor:$${passwords.executor}@$SERVER" PORT=8080 node image/main.mjs serve
\`\`\`

## Data

\`pg_dump --schema=app --schema=history --schema=lintel\` of the old database is the data, with its audit log. Restore it after
\`database/roles.sql\`, in place of \`migrate\`; then run \`migrate\`, which finds the bundle served already.
${schedules(bundle.tools)}
## On Google Cloud, with plain Pulumi

\`\`\`sh
cd infrastructure && npm install
pulumi stack init production
pulumi config set gcp:project PROJECT
pulumi config set gcp:region ${bundle.workspace.region}
pulumi config set image REPOSITORY@sha256:DIGEST    # docker build ../image, pushed to your registry
pulumi up
\`\`\`
`,
  };
}

function schedules(tools: readonly Tool[]): string {
  const rows = tools.flatMap(({ name, trigger }) =>
    trigger.type === "schedule"
      ? [`| \`POST /_lintel/schedules/${name}\` | \`${trigger.cron}\` | ${trigger.timeZone} |\n`]
      : [],
  );
  if (rows.length === 0) return "";
  return `
## Schedules

Any scheduler may call them, with a token of an OIDC issuer: set \`LINTEL_GOOGLE_ISSUER\` (the issuer's URL), \`LINTEL_AUDIENCE\` and
\`LINTEL_SCHEDULER_EMAIL\` (the token's \`email\`, which the issuer says is verified). Without them these calls are refused.

| call | cron | time zone |
|---|---|---|
${rows.join("")}`;
}
