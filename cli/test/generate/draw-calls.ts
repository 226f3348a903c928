import { allNodes, type Bundle, isJsonObject, type JsonObject, type JsonValue, type Tool } from "@lintel/specs";
import { type Arbitrary, array, constant, constantFrom, integer, oneof, record, tuple } from "fast-check";
import { drawObject, drawValue } from "./draw-value.ts";
import { type InputLink, inputLinks } from "./input-links.ts";

/** Who makes drawn calls; two of each role, so that one can meet what is another's. */
export interface DrawnCaller {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly claims: JsonObject;
}

/** A call as drawn: `{ $row: [entity, n] }` in its input stands for the id of the n-th row that an answer has shown. */
export interface DrawnCall {
  readonly tool: Tool;
  readonly caller: DrawnCaller | undefined;
  readonly input: JsonObject;
  /** Of the Idempotency-Key, or of a webhook's delivery. */
  readonly key: number;
  /** Milliseconds that the clock moves before the call. */
  readonly wait: number;
}

const subjects = ["alice", "bob"];
const hour = 60 * 60 * 1000;

/** Most calls of one sequence. */
const longest = 60;

/** Sequences of calls; most begin by making the rows that others need, and change rows more often than they read them. */
export function drawSequences(bundle: Bundle): Arbitrary<readonly DrawnCall[]> {
  const calls = bundle.tools.map((tool) => ({ weight: changesRows(tool) ? 4 : 1, arbitrary: drawCall(tool, bundle) }));
  const any = array(oneof(...calls), { minLength: 1, maxLength: longest, size: "max" });
  const makers = makersOf(bundle).map((tool) => drawCall(tool, bundle));
  if (makers.length === 0) return any;
  const begun = tuple(tuple(...makers, ...makers), any).map(([first, rest]): readonly DrawnCall[] => [
    ...first,
    ...rest,
  ]);
  return oneof({ weight: 1, arbitrary: any }, { weight: 6, arbitrary: begun });
}

function changesRows({ flow }: Tool): boolean {
  return allNodes(flow).some(({ type }) => type === "write");
}

/** Generated create tools, those first whose entities refer to none of the others. */
function makersOf({ tools, entities }: Bundle): readonly Tool[] {
  const made = new Set<string>();
  const order: Tool[] = [];
  const waiting = entities.flatMap((entity) => {
    const tool = tools.find(
      ({ origin, flow }) =>
        origin === "crud" && JSON.stringify(flow).includes(`"action":"create","entity":"${entity.name}"`),
    );
    return tool === undefined ? [] : [{ entity, tool }];
  });
  for (let round = 0; round < entities.length; round += 1) {
    for (const { entity, tool } of waiting) {
      if (made.has(entity.name)) continue;
      if (!entity.fields.every(({ ref, nullable }) => ref === undefined || nullable || made.has(ref))) continue;
      made.add(entity.name);
      order.push(tool);
    }
  }
  return order;
}

function drawCall(tool: Tool, bundle: Bundle): Arbitrary<DrawnCall> {
  const links = inputLinks(tool, bundle);
  const input = drawObject(tool.input, (name, property) => drawLinked(links.get(name), property));
  return record({
    tool: constant(tool),
    caller: drawCaller(tool, bundle),
    input: tuple(input, integer({ min: 0, max: 9 })).map(
      ([drawn, n]) => (n === 0 ? drawn : inOrder(drawn)) as JsonObject,
    ),
    key: integer({ min: 0, max: 5 }),
    wait: oneof(
      { weight: 6, arbitrary: constant(0) },
      { weight: 1, arbitrary: constantFrom(hour, 25 * hour, 400 * hour) },
    ),
  });
}

const dateLike = /^\d{4}-\d\d-\d\d/u;

/** Dates and instants in the order of the properties that hold them: what starts mostly stands before what ends. */
function inOrder(drawn: JsonValue): JsonValue {
  if (!isJsonObject(drawn)) return drawn;
  const isDate = (value: JsonValue): value is string => typeof value === "string" && dateLike.test(value);
  const dates = Object.values(drawn).filter(isDate).sort();
  return Object.fromEntries(
    Object.entries(drawn).map(([name, value]) => [name, isDate(value) ? (dates.shift() ?? value) : value]),
  );
}

function drawLinked(link: InputLink | undefined, property: JsonValue): Arbitrary<JsonValue> {
  if (link === undefined) return drawValue(property);
  if (link.type === "subject") return oneof({ weight: 9, arbitrary: constantFrom(...subjects) }, drawValue(property));
  const row = integer({ min: 0, max: 5 }).map((n): JsonValue => ({ $row: [link.entity, n] }));
  return oneof({ weight: 15, arbitrary: row }, { weight: 1, arbitrary: drawValue(property) });
}

function drawCaller({ authorize, trigger }: Tool, { workspace, entities }: Bundle): Arbitrary<DrawnCaller | undefined> {
  if (trigger.type !== "http" || authorize.type !== "roles") return constant(undefined);
  const tenants = new Set(entities.flatMap(({ tenant }) => tenant?.claim ?? []));
  const drawn = (roles: readonly string[]): Arbitrary<DrawnCaller> =>
    record({
      subject: constantFrom(...subjects),
      roles: constantFrom(...roles).map((role) => [role]),
      claims: constantFrom("one", "two").map((tenant) =>
        Object.fromEntries([...tenants].map((claim) => [claim, tenant])),
      ),
    });
  return oneof(
    { weight: 20, arbitrary: drawn(authorize.roles) },
    { weight: 1, arbitrary: drawn(workspace.roles) },
    { weight: 1, arbitrary: constant(undefined) },
  );
}
