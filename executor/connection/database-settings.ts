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
    };
