/** google.iam.admin.v1.ServiceAccount as it is kept, by email. */
export interface ServiceAccount {
  readonly name: string;
  readonly projectId: string;
  readonly uniqueId: string;
  readonly email: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly etag: string;
  readonly oauth2ClientId: string;
  readonly disabled?: boolean;
}
