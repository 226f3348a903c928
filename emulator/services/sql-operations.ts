import { ApiError } from "../api/errors.ts";
import type { JsonObject } from "../api/json.ts";
import type { OperationRecord } from "../state/operations.ts";
import type { World } from "../world.ts";

/** sql#operation. */
function renderSqlOperation(world: World, record: OperationRecord): JsonObject {
  const { project, target, type, startTime, endTime, error } = record;
  const name = record.name.slice("sql/".length);
  const failed = {
    error: {
      kind: "sql#operationErrors",
      errors: [{ kind: "sql#operationError", code: "UNKNOWN", message: error?.["message"] }],
    },
  };
  return {
    kind: "sql#operation",
    name,
    operationType: type,
    status: record.done ? "DONE" : "RUNNING",
    user: "deployer@example.com",
    insertTime: startTime,
    startTime,
    ...(record.done ? { endTime } : {}),
    ...(record.done && error !== undefined ? failed : {}),
    targetId: target.split("/")[1],
    targetProject: project,
    targetLink: `${world.url}/sqladmin/sql/v1beta4/projects/${project}/instances/${target.split("/")[1] ?? ""}`,
    selfLink: `${world.url}/sqladmin/sql/v1beta4/projects/${project}/operations/${name}`,
  };
}

/** Starts operations of Cloud SQL instances; those of one instance (`project/instance`) run one after another. */
export interface SqlOperations {
  start(key: string, type: string, work: () => Promise<void>): JsonObject;
  poll(name: string): Promise<JsonObject>;
}

/** Opens the operations of Cloud SQL. */
export function openSqlOperations(world: World): SqlOperations {
  const queues = new Map<string, Promise<unknown>>();
  return {
    start: (key, type, work) => {
      const project = key.split("/")[0] ?? "";
      const start = { name: `sql/${crypto.randomUUID()}`, type, project, target: key };
      const record = world.operations.start(start, async () => {
        const turn = (queues.get(key) ?? Promise.resolve()).then(work);
        queues.set(
          key,
          turn.catch(() => undefined),
        );
        await turn;
        return {};
      });
      return renderSqlOperation(world, record);
    },
    poll: async (name) => {
      try {
        return renderSqlOperation(world, await world.operations.poll(`sql/${name}`));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw new ApiError("NOT_FOUND", "The Cloud SQL operation does not exist.", { reason: "operationDoesNotExist" });
      }
    },
  };
}
