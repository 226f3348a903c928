import { createHash, X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

/** Certificates of one Cloud SQL instance: its own authority and the server certificate it signed. PEM. */
export interface InstanceCertificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const decade = 10 * 365 * 24 * 3600 * 1000;

/**
 * Makes an instance's certificates. As at Google the server's common name is `project:instance` and no address is
 * among its alternative names: a client verifies the authority, not the host (libpq's `verify-ca`;
 * cloud.google.com/sql/docs/postgres/authorize-ssl).
 */
export async function makeCertificates(project: string, instance: string): Promise<InstanceCertificates> {
  const notAfterDate = new Date(Date.now() + decade);
  const names = [
    { name: "commonName", value: `Google Cloud SQL Server CA ${crypto.randomUUID()}` },
    { name: "organizationName", value: "Google, Inc" },
    { name: "countryName", value: "US" },
  ];
  const authority = await generate(names, {
    algorithm: "sha256",
    notAfterDate,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: `${project}:${instance}` }], {
    algorithm: "sha256",
    notAfterDate,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: `${instance}.${project}.sql.internal` }] },
    ],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}

/** An authority's certificate as sqladmin's SslCert. */
export function describeCertificate(instance: string, pem: string): Readonly<Record<string, string>> {
  const certificate = new X509Certificate(pem);
  return {
    kind: "sql#sslCert",
    instance,
    cert: pem,
    commonName: certificate.subject.split("\n").reverse().join(","),
    certSerialNumber: "0",
    sha1Fingerprint: createHash("sha1").update(certificate.raw).digest("hex"),
    createTime: new Date(certificate.validFrom).toISOString(),
    expirationTime: new Date(certificate.validTo).toISOString(),
  };
}
