// The normalised form of `workspace.yaml`.
import type { JsonValue } from "../json.ts";
import type { Duration } from "./duration.ts";
import type { RetryPolicy } from "./flow.ts";

export interface Auth {
  readonly issuer: string;
  readonly audience: string;
  /** JWKS URL; by default found through the issuer's OpenID configuration. */
  readonly jwks?: string;
  /** Claim that holds the caller's roles, a string or a list; dots go into objects. */
  readonly roleClaim: string;
  /** JWS algorithms; asymmetric only. */
  readonly algorithms: readonly string[];
}

interface ProviderBase {
  readonly name: string;
  /** Name of the secret with the provider's credential. */
  readonly secret?: string;
  readonly rateLimit?: { readonly requests: number; readonly per: Duration };
  /** The URL that workspace.yaml gives, where the environment has another: acceptances are about this one, in every environment. */
  readonly declaredUrl?: string;
}
export interface PaymentProvider extends ProviderBase {
  readonly type: "payment";
  readonly api: "stripe";
  readonly baseUrl: string;
}
export interface EmailProvider extends ProviderBase {
  readonly type: "email";
  /** smtp: or smtps: URL without credentials. */
  readonly url: string;
  readonly from: string;
  /** Messages by name: texts with `${values.name}` in them; values in `html` are escaped. */
  readonly templates?: Readonly<
    Record<string, { readonly subject: string; readonly text: string; readonly html?: string }>
  >;
}
export interface HttpProvider extends ProviderBase {
  readonly type: "http";
  readonly baseUrl: string;
  /** How the secret is sent: `Authorization: Bearer` by default. */
  readonly auth?: { readonly header: string; readonly prefix: string };
  /** The provider honours an Idempotency-Key header. */
  readonly idempotencyKeys: boolean;
  /** Its host's name may lead to private addresses; to public ones only without it. */
  readonly network?: "private";
}
export type Provider = PaymentProvider | EmailProvider | HttpProvider;

export interface Defaults {
  readonly timeout?: Duration;
  readonly retry?: RetryPolicy;
  /** Highest number of rows of a write without its own limit. */
  readonly rowLimit?: number;
  readonly pageSize?: number;
}

export interface Limits {
  /** Bytes. */
  readonly bodySize: number;
  readonly executionTime: Duration;
  readonly externalCalls: number;
  /** Calls of one caller on one instance, all tools together. */
  readonly rateLimit?: { readonly requests: number; readonly per: Duration };
}

export interface Workspace {
  readonly name: string;
  readonly description?: string;
  readonly region: string;
  readonly roles: readonly string[];
  readonly auth: Auth;
  readonly providers: readonly Provider[];
  /** Every secret that a provider or a webhook names, sorted; lower-case, as Secret Manager ids. */
  readonly secrets: readonly string[];
  readonly defaults: Defaults;
  readonly limits: Limits;
  /** Read as `workspace.values.<name>`; environments override them. */
  readonly values: Readonly<Record<string, JsonValue>>;
  /** Name of the environment whose overrides were applied; `default` without one. */
  readonly environment: string;
}
