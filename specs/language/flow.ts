// The normalised form of a tool's flow: a directed acyclic graph of typed nodes, nested where a node has branches.
import type { JsonObject, JsonValue } from "../json.ts";
import type { Duration } from "./duration.ts";

/** A literal, or text with `${...}` in it, at any depth. A string that is exactly one `${...}` keeps the expression's type. */
export type ValueTemplate = JsonValue;

/** Rows that a node reads or writes: conditions per field (all must hold), or one bare boolean expression over `this`. */
export type Where = FieldConditions | string;

export type FieldConditions = Readonly<Record<string, Condition>>;

/** Comparisons of one field; several hold together. `eq: null` means IS NULL (equality is IS NOT DISTINCT FROM). */
export interface Condition {
  readonly eq?: ValueTemplate;
  readonly ne?: ValueTemplate;
  readonly lt?: ValueTemplate;
  readonly lte?: ValueTemplate;
  readonly gt?: ValueTemplate;
  readonly gte?: ValueTemplate;
  /** A list, or an expression that yields one. */
  readonly in?: ValueTemplate;
  readonly startsWith?: ValueTemplate;
  /** Each comparison whose value is null is left out, as a list's filters are that the caller does not give. */
  readonly optional?: boolean;
}

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  readonly backoff: "exponential" | "constant";
  readonly initialDelay: Duration;
  readonly maxDelay: Duration;
}

export interface NodeBase {
  /** Unique in the tool, at any depth. */
  readonly id: string;
  /** Ids of sibling nodes that come before; what expressions read is added when the flow is planned. */
  readonly after: readonly string[];
  /** Bare boolean expression; the node is skipped (its result is null) when it is false. */
  readonly when?: string;
  /** `fail` (roll back, compensate, answer), `continue` (its result is null), or the id of a sibling that recovers. */
  readonly onError: string;
  readonly why?: string;
}

export interface ReadNode extends NodeBase {
  readonly type: "read";
  readonly entity: string;
  readonly where?: Where;
  /** True: the result is the row, and no row is `not-found` (or null when `optional`). False: a list. */
  readonly one: boolean;
  readonly optional: boolean;
  readonly limit?: number;
  /** Rows that the caller wants: a whole number from 1 to `limit`; null means `limit`. */
  readonly take?: ValueTemplate;
  readonly sort: readonly Sort[];
  /** Order that the caller chooses, before `sort`. */
  readonly orderBy?: OrderBy;
  /** The result is a page, `{items, next}`: the rows behind the cursor that the caller gives, and the cursor of the page after. */
  readonly page?: Page;
  /** Relationships to load beside each row. */
  readonly include: readonly string[];
  readonly includeDeleted: boolean;
}

export interface Sort {
  readonly field: string;
  readonly direction: "asc" | "desc";
}

export interface Page {
  /** Yields the `next` of the page before, or null for the first one. */
  readonly after: ValueTemplate;
}

export interface OrderBy {
  /** Yields the name of an allowed field, with `-` before it for descending order, or null for none. */
  readonly by: ValueTemplate;
  readonly allowed: readonly string[];
}

export type WriteAction = "create" | "update" | "transition" | "softDelete" | "erase" | "delete";

export interface WriteNode extends NodeBase {
  readonly type: "write";
  readonly action: WriteAction;
  readonly entity: string;
  /** The row's key (`id` is the node's own and cannot stand twice in one mapping); the result is then that row, and no row is `not-found`. */
  readonly key?: ValueTemplate;
  readonly where?: Where;
  readonly values: Readonly<Record<string, ValueTemplate>>;
  readonly transition?: string;
  /** Highest number of rows that may change; more is an error and rolls back. */
  readonly limit?: number;
  /** Expected `version`; another one is a `conflict`. */
  readonly version?: ValueTemplate;
}

export interface SqlNode extends NodeBase {
  readonly type: "sql";
  readonly statement: string;
  readonly parameters: readonly ValueTemplate[];
  readonly limit?: number;
}

export interface TransformNode extends NodeBase {
  readonly type: "transform";
  readonly value: ValueTemplate;
}

export interface IfNode extends NodeBase {
  readonly type: "if";
  readonly condition: string;
  readonly then: readonly FlowNode[];
  readonly else: readonly FlowNode[];
}

export interface SwitchCase {
  readonly equals: JsonValue;
  readonly nodes: readonly FlowNode[];
}

export interface SwitchNode extends NodeBase {
  readonly type: "switch";
  /** Bare expression. */
  readonly on: string;
  readonly cases: readonly SwitchCase[];
  readonly default: readonly FlowNode[];
}

export interface RetryNode extends NodeBase {
  readonly type: "retry";
  readonly retry: RetryPolicy;
  readonly nodes: readonly FlowNode[];
}

export interface ForEachNode extends NodeBase {
  readonly type: "forEach";
  /** Bare expression that yields a list; each value is `item` inside. */
  readonly items: string;
  readonly maximum: number;
  readonly nodes: readonly FlowNode[];
}

export interface PollNode extends NodeBase {
  readonly type: "poll";
  /** Bare boolean expression over the nodes inside. */
  readonly until: string;
  readonly maxAttempts: number;
  readonly interval: Duration;
  readonly nodes: readonly FlowNode[];
}

export interface TransactionNode extends NodeBase {
  readonly type: "transaction";
  readonly nodes: readonly FlowNode[];
}

export interface AssertNode extends NodeBase {
  readonly type: "assert";
  readonly expr: string;
  readonly message: string;
}

export interface PolicyCheckNode extends NodeBase {
  readonly type: "policyCheck";
  /** Bare boolean expression that must hold; otherwise the call is refused (403 policy-denied). */
  readonly expr: string;
  readonly message: string;
  readonly policy?: string;
}

/** What undoes an external effect: the same node type's fields for another operation or request. */
export type Compensation = JsonObject;

export interface ExternalBase extends NodeBase {
  /** Absent only where neither the node nor the workspace's defaults set it (the risk engine names it). */
  readonly timeout?: Duration;
  readonly retry?: RetryPolicy;
  readonly compensate?: Compensation;
  /** For providers that do not honour idempotency keys. */
  readonly delivery?: "atLeastOnce" | "atMostOnce";
}

export interface PaymentNode extends ExternalBase {
  readonly type: "payment";
  readonly provider: string;
  /** `authorize` holds the money, for a later capture or cancel. */
  readonly operation: "charge" | "authorize" | "refund" | "capture" | "cancel";
  readonly amount?: ValueTemplate;
  readonly charge?: ValueTemplate;
  readonly customer?: ValueTemplate;
  /** How the customer pays: the provider's id of a payment method. */
  readonly paymentMethod?: ValueTemplate;
  readonly metadata: Readonly<Record<string, ValueTemplate>>;
}

export interface EmailNode extends ExternalBase {
  readonly type: "email";
  readonly provider: string;
  readonly template: string;
  readonly to: ValueTemplate;
  readonly subject?: ValueTemplate;
  readonly values: Readonly<Record<string, ValueTemplate>>;
}

export type HttpMethod = "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface HttpNode extends ExternalBase {
  readonly type: "http";
  /** An http provider of the workspace: host, credentials, rate limit. */
  readonly provider?: string;
  readonly method: HttpMethod;
  /** With a provider: path below its base URL. Without: an absolute URL. */
  readonly url: ValueTemplate;
  readonly query: Readonly<Record<string, ValueTemplate>>;
  readonly headers: Readonly<Record<string, ValueTemplate>>;
  readonly body?: ValueTemplate;
  /** JSON Schema that the answer's body must match; gives `nodes.<id>.body` its type. */
  readonly response?: JsonObject;
}

export type FlowNode =
  | ReadNode
  | WriteNode
  | SqlNode
  | TransformNode
  | IfNode
  | SwitchNode
  | RetryNode
  | ForEachNode
  | PollNode
  | TransactionNode
  | AssertNode
  | PolicyCheckNode
  | PaymentNode
  | EmailNode
  | HttpNode;

export type NodeType = FlowNode["type"];
/** The node of one type. */
export type NodeOf<T extends NodeType> = Extract<FlowNode, { readonly type: T }>;
