// Two clinics in one workspace: rows of a tenant, owned by a patient, directly and by way of another row.

export const clinicAudience = "https://clinic.test";

const tool = (name: string, method: string, path: string, rest: string): string => `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: ${method}, path: "${path}" } }
authorize: { roles: [patient, nurse] }
${rest}`;

const ofId = `input: { type: object, additionalProperties: false, required: [id], properties: { id: { type: string, format: uuid } } }`;

export const clinicFiles: Readonly<Record<string, string>> = {
  "workspace.yaml": `
apiVersion: lintel/v1
kind: Workspace
name: clinic
region: europe-west1
roles: [patient, nurse, auditor]
auth: { issuer: "ISSUER", audience: "${clinicAudience}", roleClaim: roles }
defaults: { timeout: 1s, retry: { maxAttempts: 2, backoff: exponential, initialDelay: 10ms, maxDelay: 50ms }, pageSize: 50 }
`,
  "entities/patient.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Patient
fields:
  id: { type: uuid, generated: true }
  clinic: { type: string }
  subject: { type: string, maxLength: 100 }
  name: { type: string, maxLength: 100, personal: true }
relationships:
  visits: { hasMany: Visit, field: patientId }
tenant: { field: clinic, claim: clinic }
ownership: { via: subject, claim: sub, roles: [patient] }
crud: { create: [nurse], read: [patient, nurse], list: [patient, nurse], update: [patient, nurse], delete: [nurse] }
list: { filterable: [subject], sortable: [subject], maximum: 100 }
`,
  "entities/visit.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Visit
fields:
  id: { type: uuid, generated: true }
  clinic: { type: string }
  patientId: { ref: Patient }
  note: { type: string, maxLength: 100 }
relationships:
  patient: { belongsTo: Patient, field: patientId, onDelete: restrict }
status:
  field: status
  initial: planned
  final: [done, cancelled]
  transitions:
    finish: { from: [planned], to: done }
    cancel: { from: [planned], to: cancelled }
tenant: { field: clinic, claim: clinic }
ownership: { via: patient.subject, claim: sub, roles: [patient] }
crud: { create: [patient, nurse], read: [patient, nurse], list: [patient, nurse], update: [patient, nurse], delete: [patient, nurse] }
list: { filterable: [status, patientId, note], sortable: [note], maximum: 100 }
`,
  "tools/cancel-visit.yaml": tool(
    "cancel-visit",
    "POST",
    "/visits/{id}/cancel",
    `${ofId}
output: { type: object, required: [id], properties: { id: { type: string } } }
flow:
  - id: t
    type: transaction
    nodes:
      - { id: done, type: write, action: transition, entity: Visit, key: "\${input.id}", transition: cancel }
respond: { id: "\${nodes.done.id}" }`,
  ),
  "tools/show-patient.yaml": tool(
    "show-patient",
    "GET",
    "/patients/{id}/file",
    `${ofId}
output:
  type: object
  required: [name, visits]
  properties:
    name: { type: string }
    visits: { type: array, maxItems: 50, items: { type: object, required: [id], properties: { id: { type: string } } } }
flow:
  - { id: patient, type: read, entity: Patient, where: { id: { eq: "\${input.id}" } }, include: [visits], one: true }
respond: { name: "\${nodes.patient.name}", visits: "\${nodes.patient.visits}" }`,
  ),
  "tools/rename-patient.yaml": tool(
    "rename-patient",
    "POST",
    "/patients/{id}/rename",
    `${ofId}
output: { type: object, required: [count], properties: { count: { type: integer } } }
flow:
  - id: t
    type: transaction
    nodes:
      - { id: renamed, type: write, action: update, entity: Patient, where: { id: { eq: "\${input.id}" } }, values: { name: renamed }, limit: 5 }
respond: { count: "\${nodes.renamed.count}" }`,
  ),
  "tools/visits-of.yaml": tool(
    "visits-of",
    "GET",
    "/patients/{id}/visits",
    `${ofId}
output:
  type: object
  required: [items]
  properties:
    items: { type: array, maxItems: 50, items: { type: object, required: [id], properties: { id: { type: string } } } }
flow:
  - { id: rows, type: read, entity: Visit, where: { patientId: { eq: "\${input.id}" } }, limit: 50 }
respond: { items: "\${nodes.rows}" }`,
  ),
};
