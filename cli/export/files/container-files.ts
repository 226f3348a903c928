import { canonicalJson } from "@lintel/specs";
import { type Exported, type ExportFile, passwords, roles } from "./export-file.ts";

/** What runs the exported image with Docker Compose, and its settings: those that are no secret, and the names of those that are. */
export function containerFiles(exported: Exported): readonly ExportFile[] {
  return [
    { path: "compose.yaml", text: compose(exported) },
    { path: "settings.env", text: settings(exported) },
    { path: "secrets.env.example", text: secrets(exported) },
    { path: ".gitignore", text: "secrets.env\n" },
  ];
}

const databaseUrl = (role: keyof typeof roles, password: string) =>
  `postgresql://${roles[role]}:\${${password}}@database/app`;

function compose({ bundle }: Exported): string {
  return `# docker compose --env-file secrets.env up --build
name: ${bundle.workspace.name}
services:
  database:
    image: postgres:17
    environment:
      POSTGRES_DB: app
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?is in secrets.env}
${Object.values(passwords)
  .map((variable) => `      ${variable}: \${${variable}:?is in secrets.env}\n`)
  .join("")}    volumes:
      - data:/var/lib/postgresql/data
      - ./database/roles.sql:/docker-entrypoint-initdb.d/roles.sql:ro
    healthcheck:
      test: [CMD, pg_isready, --username=postgres, --dbname=app, --host=127.0.0.1]
      interval: 2s
      retries: 30

  migrate:
    build: image
    command: [migrate]
    env_file: [settings.env]
    environment:
      LINTEL_DATABASE_URL: ${databaseUrl("migrator", passwords.migrator)}
    depends_on:
      database: { condition: service_healthy }

  executor:
    build: image
    env_file: [settings.env, secrets.env]
    environment:
      PORT: "8080"
      LINTEL_DATABASE_URL: ${databaseUrl("executor", passwords.executor)}
    ports: ["8080:8080"]
    restart: unless-stopped
    depends_on:
      migrate: { condition: service_completed_successfully }
    healthcheck:
      test:
        - CMD
        - /nodejs/bin/node
        - -e
        - fetch("http://127.0.0.1:8080/readyz").then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))
      interval: 10s
      start_period: 20s

volumes:
  data: {}
`;
}

/** Values are quoted as both Docker Compose and POSIX shells read them. */
function settings({ bundle, acknowledgements, migrations, level }: Exported): string {
  return `# Settings that are no secret. LINTEL_DEPLOYMENT is what was accepted; the migration writes it to the audit log.
LINTEL_BUNDLE_DIGEST='${bundle.digest}'
LINTEL_EXECUTOR_USER='${roles.executor}'
LINTEL_ADMIN_USER='${roles.admin}'
LINTEL_DEPLOYMENT=${quoted(canonicalJson({ level, acknowledgements, migrations }))}
`;
}

/** No apostrophe can stand in a single-quoted text; JSON has another way to write one. */
function quoted(json: string): string {
  return `'${json.replaceAll("'", "\\u0027")}'`;
}

function secrets({ secretVariables }: Exported): string {
  const lines = Object.entries(secretVariables).map(
    ([name, variable]) => `# The secret "${name}" of workspace.yaml.\n${variable}=\n`,
  );
  return `# Copy to secrets.env and fill in. Passwords stand in URLs: letters and digits only (openssl rand -hex 24).
POSTGRES_PASSWORD=
${Object.values(passwords)
  .map((variable) => `${variable}=\n`)
  .join("")}${lines.join("")}`;
}
