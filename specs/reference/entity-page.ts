import type { Bundle } from "../bundle/bundle.ts";
import { allNodes } from "../bundle/flow-plan.ts";
import type { Entity, Field } from "../language/entity.ts";
import { code, fenced, page, prose, section, table } from "./markdown.ts";
import { mermaidOfStatus } from "./mermaid-of-status.ts";

export function entityPage(entity: Entity, bundle: Bundle): string {
  const diagram = mermaidOfStatus(entity);
  return page([
    `# ${prose(entity.name)}`,
    prose(entity.description ?? ""),
    section("Fields", table(["field", "type", "facts"], entity.fields.map(fieldRow))),
    section("Status", diagram === undefined ? "" : fenced("mermaid", diagram)),
    section("Relationships", relationships(entity)),
    section("Rules", rules(entity)),
    section("Whose rows", ownership(entity)),
    section("Tools", tools(entity, bundle)),
  ]);
}

function fieldRow(field: Field): readonly string[] {
  const type = field.ref === undefined ? field.type : `reference to [${field.ref}](${field.ref}.md)`;
  return [code(field.name), field.currency === undefined ? type : `${type} ${field.currency}`, facts(field).join(", ")];
}

function facts(field: Field): readonly string[] {
  const { nullable, generated, computed, values, sensitive, personal } = field;
  const limits = (["minimum", "maximum", "minLength", "maxLength", "pattern", "precision", "scale"] as const).flatMap(
    (key) => (field[key] === undefined ? [] : [code(`${key} ${String(field[key])}`)]),
  );
  return [
    ...(nullable ? ["nullable"] : []),
    ...(generated ? ["generated"] : []),
    ...(computed === undefined ? [] : [`computed ${code(computed)}`]),
    ...(field.default === undefined ? [] : [`default ${code(JSON.stringify(field.default))}`]),
    ...(values === undefined ? [] : [`one of ${values.map(code).join(" ")}`]),
    ...limits,
    ...(sensitive ? ["sensitive"] : []),
    ...(personal ? ["personal"] : []),
  ];
}

function relationships({ relationships: list }: Entity): string {
  const rows = list.map(({ name, type, entity, field, through, onDelete }) => [
    code(name),
    `${type} [${entity}](${entity}.md)${through === undefined ? "" : ` through [${through}](${through}.md)`}`,
    code(field),
    onDelete,
  ]);
  return table(["relationship", "", "field", "on delete"], rows);
}

function rules({ invariants, unique, exclude }: Entity): string {
  const rows = [
    ...invariants.map(({ name, expr, message, why = "" }) => [prose(name), code(expr), prose(message), prose(why)]),
    ...unique.map((fields) => ["unique", fields.map(code).join(", "), "", ""]),
    ...exclude.map(({ name, parts, where, message = "" }) => {
      const said = parts.map(({ fields, operator }) => `${fields.map(code).join(" to ")} ${operator}`).join(", ");
      return [
        prose(name),
        `no two rows with ${said}${where === undefined ? "" : ` where ${code(where)}`}`,
        prose(message),
        "",
      ];
    }),
  ];
  return table(["rule", "holds", "message", "why"], rows);
}

function ownership({ ownership: own, tenant }: Entity): string {
  const owned =
    own === undefined
      ? ""
      : `Callers with ${own.roles.map(code).join(", ")} reach rows whose ${code(own.via.join("."))} is their claim ${code(own.claim)}.`;
  const tenants =
    tenant === undefined
      ? ""
      : `Rows belong to the tenant in ${code(tenant.field)}, the caller's claim ${code(tenant.claim)}.`;
  return [owned, tenants].filter((text) => text !== "").join(" ");
}

function tools({ name }: Entity, bundle: Bundle): string {
  const using = bundle.tools.filter(({ flow }) =>
    allNodes(flow).some((node) => "entity" in node && node.entity === name),
  );
  return using.map((tool) => `- [${tool.name}](../tools/${tool.name}.md)`).join("\n");
}
