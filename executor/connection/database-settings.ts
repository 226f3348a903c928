/** Another account, in whose name tokens are asked for. */
export interface Impersonation {
  /** Its email. */
  readonly account: string;
  /** Of the IAM Credentials API, without trailing slash. */
  readonly url: string;
}

/** How the database is reached. `url` is for local runs; a deployed service verifies the server's certificate. */
export type DatabaseSettings =
  | { readonly type: "url"; readonly url: string }
  | {
      readonly type: "server";
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      /** PEM. */
      readonly certificateAuthority: string;
      /** Undefined: an IAM access token of the service's own account. */
      readonly password: string | undefined;
      /** `host` or `host:port` of the metadata server (GCE_METADATA_HOST). */
      readonly metadataHost: string;
      /** Undefined: the service logs in as itself. */
      readonly impersonation?: Impersonation | undefined;
    };
