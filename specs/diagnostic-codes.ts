// Decision: one catalogue of spec errors; docs/errors.md holds it as a table, and a test keeps the two the same.

interface Entry {
  /** `{name}` stands for what the place fills in. */
  readonly message: string;
  readonly hint?: string;
}

/** Every spec error of the loader and the compiler, by code; codes are never reused. */
export const diagnosticCatalogue = {
  // files
  "unreadable-folder": { message: "the spec folder {name} cannot be read: {reason}" },
  "unreadable-file": { message: "{name} cannot be read: {reason}" },
  "outside-folder": { message: "{name} leads out of the spec folder", hint: "copy the file into the folder" },
  "not-a-file": { message: "{name} is not a regular file" },
  "not-a-folder": { message: "{name} must be a folder of spec files" },
  "folder-too-deep": { message: "{name} lies more than {maximum} folders deep" },
  "unknown-extension": {
    message: "{name} is no spec file",
    hint: "spec files end in .yaml, .yml or .json; notes in .md",
  },
  "misspelt-file": {
    message: "{name} is not read; the name must be {wanted}",
    hint: "rename it, or move it elsewhere",
  },
  "file-too-large": { message: "this file has {size}; a spec file has {maximum} at most", hint: "split it" },
  "too-many-files": { message: "the folder holds more than {maximum} spec files" },
  "missing-workspace": { message: "there is no workspace.yaml", hint: "name, region and auth stand there" },
  "duplicate-file": { message: "{kind} is written in {other} already", hint: "keep one of the two" },
  // text
  "bad-utf8": { message: "this file is not valid UTF-8 from here on", hint: "save it as UTF-8" },
  "nul-character": { message: "text holds a NUL character, which PostgreSQL cannot store", hint: "remove it" },
  "bad-unicode": { message: "text holds half of a surrogate pair", hint: "write the character itself" },
  "malformed-yaml": { message: "malformed YAML: {reason}" },
  "malformed-json": { message: "malformed JSON: {reason}" },
  "empty-file": { message: "this file is empty", hint: "start with apiVersion, kind and name" },
  "several-documents": { message: "a second YAML document starts here", hint: "one file holds one spec" },
  "yaml-directive": { message: "YAML directives (%) are not taken", hint: "specs are YAML 1.2" },
  "yaml-tag": { message: "YAML tags (!) are not taken", hint: "quote text that begins with !" },
  "bad-alias": {
    message: "this alias has no anchor before it, or stands inside what it repeats",
    hint: "declare it before with &name, or quote text that begins with *",
  },
  "merge-key": {
    message: "the merge key (<<) is not taken: YAML 1.2 has none",
    hint: "write the keys out; an alias repeats a whole value",
  },
  "too-many-aliases": { message: "aliases repeat more than {maximum} values" },
  "too-deep": {
    message: "maps and lists nest more than {maximum} deep here",
    hint: "name parts as values of their own nodes",
  },
  "bad-number": { message: "{number} is not a number that JSON can hold exactly", hint: "quote it, or use a decimal" },
  "duplicate-key": { message: 'the key "{key}" stands twice in this map', hint: "remove one of the two" },
  "reserved-name": { message: '"{name}" is a reserved name', hint: "choose another one" },
  // shape
  "unknown-key": { message: 'unknown key "{key}" in {name}' },
  "missing-key": { message: '"{key}" is missing in {name}' },
  "key-does-not-apply": {
    message: '"{key}" does not apply here',
    hint: "remove it; what else is written here excludes it",
  },
  "wrong-type": { message: "{name} must be {expected}, not {found}" },
  "wrong-value": { message: '{name} cannot be "{value}"; it is one of: {expected}' },
  "bad-text": { message: '"{value}" is not a valid {name}' },
  "bad-value": { message: "{name} {reason}" },
  "empty-value": { message: "{name} is empty" },
  "no-files": {
    message: 'the field "{name}" holds files, which Lintel does not store',
    hint: "store the file in a bucket and its URL in a string field",
  },
  // names and references
  "duplicate-name": { message: 'the {kind} "{name}" is declared in {other} already', hint: "rename one of the two" },
  "duplicate-item": { message: '"{name}" stands twice in {list}' },
  "unknown-entity": { message: 'there is no entity "{name}"' },
  "unknown-field": { message: 'the entity {entity} has no field "{name}"' },
  "unknown-relationship": { message: 'the entity {entity} has no relationship "{name}"' },
  "unknown-role": { message: 'workspace.yaml declares no role "{name}"' },
  "unknown-provider": { message: 'workspace.yaml declares no provider "{name}"' },
  "wrong-provider": { message: 'the provider "{name}" is for {found}, this node needs one for {expected}' },
  "unclear-provider": { message: "this node names no provider, and workspace.yaml declares {count} for {expected}" },
  "unknown-tool": { message: 'no tool matches "{name}"' },
  "unknown-policy": { message: 'there is no policy "{name}"' },
  "unknown-environment": { message: 'workspace.yaml declares no environment "{name}"' },
  "unknown-override": { message: 'the environment overrides "{name}", which the workspace does not declare' },
  "override-type": { message: 'the environment overrides "{name}" with {found}, the workspace has {expected}' },
  // workspace
  "insecure-url": { message: "{name} must be an https URL", hint: "http is for loopback only" },
  // entities
  "missing-key-field": {
    message: 'the entity {entity} has no field "id" of type uuid',
    hint: "add id: { type: uuid, generated: true }",
  },
  "contradictory-keys": { message: '"{key}" contradicts "{other}"', hint: "remove one of the two" },
  "reserved-field": { message: 'every row has "{name}" already', hint: "remove the field" },
  "name-collision": { message: '"{name}" and "{other}" are the same name in the database: {column}' },
  "bad-default": { message: 'the default of "{name}" is not a valid {type}: {reason}' },
  "bad-bounds": { message: "{least} is more than {greatest}" },
  "renamed-still-there": {
    message: '"{name}" is said to be renamed, and is still there',
    hint: "remove the old one, or the renaming",
  },
  "credentials-in-url": {
    message: 'the url of the provider "{name}" holds a password',
    hint: 'name a "secret" of the provider instead',
  },
  "renamed-twice": {
    message: '"{name}" has become "{first}" already, and its rows cannot become two',
    hint: 'leave "renamedFrom" at one of them',
  },
  "renamed-to-unknown": { message: '"{name}" would become "{to}", which is not in the list' },
  "bad-pattern": { message: "the pattern is not valid RE2: {reason}" },
  "bad-currency": { message: '"{name}" is no currency of ISO 4217' },
  "wrong-reference": { message: 'the field "{name}" must be a ref to {entity}' },
  "unclear-relationship": { message: "a relationship is one of belongsTo, hasMany and hasOne, with its field" },
  "not-nullable": { message: 'onDelete: setNull needs the field "{name}" to be nullable' },
  "unknown-state": { message: 'no transition mentions the state "{name}"' },
  "unreachable-state": { message: 'no transition leads from "{initial}" to the state "{name}"' },
  "final-state-left": { message: 'the transition "{name}" leaves the final state "{state}"' },
  "dead-end-state": {
    message: 'no transition leaves the state "{name}", and it is not final',
    hint: "list it in final",
  },
  "bad-field-type": { message: 'the field "{name}" is a {type}; {need}' },
  "bad-ownership-path": { message: '"{name}" is no belongsTo relationship of {entity}' },
  "computed-from-sensitive": {
    message: 'the field "{name}" is made of "{field}", which is sensitive',
    hint: "add sensitive: true",
  },
  "sensitive-field": { message: 'the field "{name}" is sensitive; a list cannot {use} by it' },
  // tools
  "missing-authorize": {
    message: "an http tool says who may call it",
    hint: "authorize: { roles: [...] }, or { public: true }",
  },
  "authorize-not-applicable": {
    message: "a {trigger} proves itself; authorize does not apply",
    hint: "remove authorize",
  },
  "duplicate-route": { message: "{route} is served by the tool {other} already" },
  "reserved-path": { message: "{path} is a path of the executor itself" },
  "unknown-path-parameter": { message: 'the path parameter "{name}" is no required property of the input' },
  "bad-path-parameter": { message: 'the path parameter "{name}" must be text, a number or a boolean' },
  "duplicate-path-parameter": { message: 'the path parameter "{name}" stands twice' },
  "input-not-object": { message: "the input must have type: object" },
  "schedule-input": { message: "a schedule sends no input; nothing can be required" },
  "missing-header": { message: "the hmac-sha256 scheme needs the header that holds the signature" },
  "bad-cron": { message: '"{cron}" is not a cron expression of five fields: {reason}' },
  "unknown-time-zone": { message: '"{name}" is no IANA time zone', hint: "such as Europe/Berlin, or UTC" },
  "bad-date": { message: '"{value}" is not a date of the calendar' },
  "unlisted-property": { message: 'the required property "{name}" is not in properties' },
  "bad-schema": { message: "not a valid JSON Schema: {reason}" },
  "default-not-filled": {
    message: "this default is never filled in: only a property's is, and not inside anyOf or oneOf",
    hint: "remove it, or give the property beside anyOf with the default",
  },
  // flows
  "duplicate-node": { message: 'the node id "{name}" stands twice in this tool' },
  "unknown-node": { message: '"{name}" is no sibling of the node "{node}"' },
  "unknown-transition": { message: 'the status machine of {entity} has no transition "{name}"' },
  "no-status": { message: "the entity {entity} has no status machine" },
  "status-written": { message: 'the status "{name}" changes by a transition only' },
  "not-writable": { message: 'the field "{name}" is {reason}; a node cannot write it' },
  "missing-value": { message: 'creating a {entity} needs a value for "{name}"' },
  "nothing-personal": { message: "the entity {entity} has no personal field to erase" },
  "not-erasable": {
    message: 'the personal field "{name}" of {entity} cannot be erased: {reason}',
    hint: "make it nullable, or give it a default that says nothing of a person",
  },
  "duplicate-case": { message: 'the case "{value}" stands twice' },
  "not-absolute": {
    message: "without a provider, url must be an absolute http or https URL whose host stands in plain text",
    hint: "a host that differs by environment belongs to a provider's baseUrl",
  },
  "not-a-path": { message: 'with a provider, url is a path below its base URL and begins with "/"' },
  "list-parameter": {
    message: '"{name}" is a parameter of every list, so rows cannot be filtered by a field of that name',
    hint: "rename the field, or write a tool of your own",
  },
  "page-of-one": { message: "a read of one row has no pages", hint: 'leave out "page", or "one"' },
  "sensitive-cursor": {
    message: 'the cursor of each page would carry the sensitive field "{name}"',
    hint: "sort pages by other fields",
  },
  "optional-needs-one": { message: '"optional" applies to a read of one row', hint: "add one: true" },
  // scenarios
  "unknown-caller": { message: 'the scenario has no caller "{name}"' },
  "unknown-input": { message: 'the tool {tool} takes no "{name}"' },
  "unknown-output": { message: 'the answer of the tool {tool} has no "{name}"' },
  "unknown-matcher": { message: 'there is no matcher "{name}"', hint: "{ $equals: ... } takes text as it is" },
  "computed-given": { message: 'the field "{name}" is computed', hint: "leave it out; expect it in a step's writes" },
} as const satisfies Readonly<Record<string, Entry>>;

export type DiagnosticCode = keyof typeof diagnosticCatalogue;

type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
/** The placeholders of a code's message. */
export type Placeholders<C extends DiagnosticCode> = NamesIn<(typeof diagnosticCatalogue)[C]["message"]>;
