// Further specs beside the bookings: folders of pages, for what the bookings have no example of.
export const folderFiles: Readonly<Record<string, string>> = {
  "entities/folder.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Folder
fields:
  id: { type: uuid, generated: true }
  title: { type: string }
  low: { type: integer, default: 0 }
  pin: { type: string, nullable: true, maxLength: 20, sensitive: true }
  extra: { type: json, nullable: true }
relationships:
  pages: { hasMany: Page, field: folderId }
unique: [[title]]
crud: { create: [agent], read: [agent], list: [agent], update: [agent], delete: [agent] }
list: { filterable: [title], sortable: [title], maximum: 5 }
`,
  "entities/page.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Page
fields:
  id: { type: uuid, generated: true }
  folderId: { ref: Folder }
  count: { type: integer, default: 0 }
relationships:
  folder: { belongsTo: Folder, field: folderId, onDelete: cascade }
invariants:
  - name: never-falls
    expr: old == null || this.count >= old.count || this.folder.low > 5
    message: the count may not fall
    why: pages are only added to
crud: { create: [agent], read: [agent], list: [agent], update: [agent], delete: [agent] }
list: { filterable: [count], sortable: [count], maximum: 2 }
`,
  "entities/line.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Line
fields:
  id: { type: uuid, generated: true }
  pageId: { ref: Page }
  tagId: { ref: Tag, nullable: true }
relationships:
  page: { belongsTo: Page, field: pageId, onDelete: cascade }
  tag: { belongsTo: Tag, field: tagId, onDelete: setNull }
invariants:
  - name: untagged-only-of-few
    expr: this.tagId != null || old == null || old.tagId == null || this.page.count < 5
    message: a line of a long page keeps its tag
    why: for rows that a deletion changes
crud: { create: [agent], read: [agent] }
`,
  "entities/tag.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Tag
fields:
  id: { type: uuid, generated: true }
  name: { type: string, maxLength: 20 }
crud: { create: [agent], delete: [agent] }
`,
  "entities/note.yaml": `
apiVersion: lintel/v1
kind: Entity
name: Note
fields:
  id: { type: uuid, generated: true }
  org: { type: string, maxLength: 50 }
  text: { type: string, maxLength: 10 }
tenant: { field: org, claim: org }
crud: { create: [agent], list: [agent] }
`,
  "policies/small-deletions.yaml": `
apiVersion: lintel/v1
kind: Policy
name: small-deletions
tools: [delete-folder]
budget: { rows: 5 }
`,
  "tools/read-folder-pages.yaml": readTool(
    "read-folder-pages",
    "/folder-pages/{id}",
    "{ n: { type: integer } }",
    '{ n: "${size(nodes.folder.pages)}" }',
    "include: [pages], ",
  ),
  "tools/read-open-folder.yaml": readTool(
    "read-open-folder",
    "/open-folders/{id}",
    `{ row: { type: object }, rows: { type: array }, free: {}, map: { type: object, additionalProperties: {} },
      open: { type: object, properties: { title: { type: string } }, additionalProperties: true } }`,
    `{ row: "\${nodes.folder}", rows: ["\${nodes.folder}"], free: "\${nodes.folder}", map: "\${nodes.folder}",
      open: "\${nodes.folder}" }`,
  ),
};

function readTool(name: string, path: string, output: string, respond: string, more = ""): string {
  return `
apiVersion: lintel/v1
kind: Tool
name: ${name}
trigger: { http: { method: GET, path: "${path}" } }
authorize: { roles: [agent] }
input:
  type: object
  additionalProperties: false
  required: [id]
  properties: { id: { type: string, format: uuid } }
output: { type: object, properties: ${output} }
flow:
  - { id: folder, type: read, entity: Folder, where: { id: { eq: "\${input.id}" } }, ${more}one: true }
respond: ${respond}
`;
}
