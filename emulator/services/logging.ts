import { ApiError, invalidField } from "../api/errors.ts";
import { isObject, type JsonObject, toJson } from "../api/json.ts";
import { type Call, type Handlers, parameter, text, type World } from "../world.ts";

/** Logging v2: log-based metrics. They are kept; nothing is counted. */
export function loggingHandlers(world: World): Handlers {
  const metrics = world.store.collection<JsonObject>("logMetrics");
  const keyOf = (call: Call): string => `${call.project}/${parameter(call, "metricsId")}`;
  const find = (call: Call): JsonObject => {
    const found = metrics.get(keyOf(call));
    if (found === undefined) throw new ApiError("NOT_FOUND", `Metric ${parameter(call, "metricsId")} does not exist`);
    return found;
  };
  const keep = (key: string, body: JsonObject, createTime: string): JsonObject => {
    checkExtractor(body);
    const updateTime = new Date().toISOString();
    metrics.put(
      key,
      toJson({ ...body, resourceName: `projects/${key.replace("/", "/metrics/")}`, createTime, updateTime }),
    );
    return metrics.get(key) ?? {};
  };
  return {
    "logging.projects.metrics.create": (call) => {
      const key = `${call.project}/${text(call.body, "name")}`;
      if (metrics.has(key)) throw new ApiError("ALREADY_EXISTS", `Metric ${text(call.body, "name")} already exists`);
      return keep(key, call.body, new Date().toISOString());
    },
    "logging.projects.metrics.get": (call) => find(call),
    "logging.projects.metrics.list": (call) => ({
      metrics: metrics.list(`${call.project}/`).map(([, metric]) => metric),
    }),
    "logging.projects.metrics.update": (call) => keep(keyOf(call), call.body, text(find(call), "createTime")),
    "logging.projects.metrics.delete": (call) => {
      find(call);
      metrics.delete(keyOf(call));
      return {};
    },
  };
}

/** Only a distribution has values that are extracted (logging/docs/reference/v2/rest/v2/projects.metrics, valueExtractor). */
function checkExtractor(body: JsonObject): void {
  const descriptor = isObject(body["metricDescriptor"]) ? body["metricDescriptor"] : {};
  const isDistribution = text(descriptor, "valueType") === "DISTRIBUTION";
  if (isDistribution === (text(body, "valueExtractor") !== "")) return;
  throw invalidField("metric.value_extractor", "A value extractor goes with a metric of value type DISTRIBUTION.");
}
