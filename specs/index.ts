// The one door of the language: everything other workspaces may use.
export type { Bundle, CompiledSpecs, Digest, Slice, SourceMap } from "./bundle/bundle.ts";
export { locate } from "./bundle/bundle.ts";
export { canonicalJson, digestOf, shortDigest } from "./bundle/canonical-json.ts";
export type { FlowPlan, NodeFacts, Segment } from "./bundle/flow-plan.ts";
export { allNodes, orderedNodes, planFlow, segmentsOf } from "./bundle/flow-plan.ts";
export { BundleError, openBundle } from "./bundle/open-bundle.ts";
export type { NormalisedSpecs } from "./bundle/slice.ts";
export { appliesTo, assembleBundle, bundleDigest, sliceOf, slicesOf } from "./bundle/slice.ts";
export { plainMatchers, valueMatchers } from "./compile/check-matchers.ts";
export type { Compiled, CompileOptions } from "./compile/compile-files.ts";
export { compileFiles } from "./compile/compile-files.ts";
export { compileFolder } from "./compile/compile-folder.ts";
export type { ScenarioPlace, ScenarioSpecs } from "./compile/scenario-scope.ts";
export { scenarioScope } from "./compile/scenario-scope.ts";
export { linearPatterns, schemaFormats } from "./compile/schema-formats.ts";
export type { Change, DiffLevel, DiffRule, SpecDiff } from "./diff/change.ts";
export type { DiffOptions } from "./diff/diff-bundles.ts";
export { diffBundles } from "./diff/diff-bundles.ts";
export type { DiffRuleId } from "./diff/rules/index.ts";
export { diffRules } from "./diff/rules/index.ts";
export type { Diagnostic, SourcePosition } from "./diagnostic.ts";
export type { DiagnosticCode } from "./diagnostic-codes.ts";
export { diagnosticCatalogue } from "./diagnostic-codes.ts";
export { EditError } from "./edit/edit-error.ts";
export type { EditOperation } from "./edit/edit-operation.ts";
export type { EditedText, EditOptions } from "./edit/edit-text.ts";
export { editText, mergeSplices, readValue } from "./edit/edit-text.ts";
export type { Splice, TextEdit } from "./edit/text-edit.ts";
export { applyEdits } from "./edit/text-edit.ts";
export type { CheckedExpression } from "./expressions/check/check-expression.ts";
export { checkExpression } from "./expressions/check/check-expression.ts";
export type { CheckedTemplate, Expectation, TemplateProblem } from "./expressions/check/check-template.ts";
export { checkTemplate } from "./expressions/check/check-template.ts";
export { compileExpression, compileTemplate } from "./expressions/evaluate/compile-expression.ts";
export type { EvaluationCode } from "./expressions/evaluate/evaluation-error.ts";
export { EvaluationError } from "./expressions/evaluate/evaluation-error.ts";
export type { Fuel } from "./expressions/evaluate/fuel.ts";
export { newFuel } from "./expressions/evaluate/fuel.ts";
export type { Evaluate, EvaluationContext } from "./expressions/evaluate/step.ts";
export type { Expression } from "./expressions/expression.ts";
export { childrenOf } from "./expressions/expression-children.ts";
export type { ExpressionCode } from "./expressions/expression-codes.ts";
export { expressionCodes } from "./expressions/expression-codes.ts";
export type { ExpressionProblem } from "./expressions/expression-error.ts";
export { ExpressionError } from "./expressions/expression-error.ts";
export { parseExpression } from "./expressions/parse-expression.ts";
export { referencedNodes } from "./expressions/references.ts";
export { entityScope, rowScope, whereScope } from "./expressions/scopes/entity-scope.ts";
export type { FlowScopes, ScopePlace } from "./expressions/scopes/flow-scope.ts";
export { flowScopes, scopeOf } from "./expressions/scopes/flow-scope.ts";
export type { Scope } from "./expressions/scopes/scope.ts";
export { toolScope } from "./expressions/scopes/tool-scope.ts";
export { checkEntity } from "./expressions/sites/check-entity.ts";
export { checkDenyRules, checkPolicy, denyScope } from "./expressions/sites/check-policies.ts";
export { checkSlice } from "./expressions/sites/check-slice.ts";
export { policyFacts, policyRuleScope } from "./expressions/sites/policy-facts.ts";
export type { SiteProblem } from "./expressions/sites/site-problem.ts";
export type { TemplatePart } from "./expressions/split-template.ts";
export { splitTemplate } from "./expressions/split-template.ts";
export type { SqlOptions } from "./expressions/sql/compile-to-sql.ts";
export { canRunInSql, compileToSql, sqlProblem } from "./expressions/sql/compile-to-sql.ts";
export type { SqlFragment, SqlParameter, SqlType } from "./expressions/sql/sql-fragment.ts";
export { columnName } from "./expressions/sql/sql-fragment.ts";
export type { TextKind } from "./expressions/text-forms.ts";
export {
  canonicalText,
  formatDate,
  formatDuration,
  formatInstant,
  parseDate,
  parseDuration,
  parseInstant,
} from "./expressions/text-forms.ts";
export { typeOfEntity, typeOfField } from "./expressions/types/entity-type.ts";
export { typeOfSchema } from "./expressions/types/schema-type.ts";
export type { ValueType } from "./expressions/types/value-type.ts";
export { describeType } from "./expressions/types/value-type.ts";
export type { JsonObject, JsonSchema, JsonValue } from "./json.ts";
export { isJsonObject } from "./json.ts";
export type * from "./language/acknowledgement.ts";
export type * from "./language/duration.ts";
export type * from "./language/entity.ts";
export type * from "./language/flow.ts";
export type * from "./language/policy.ts";
export type * from "./language/tool.ts";
export type * from "./language/workspace.ts";
export type { ReadFolder } from "./load/read-folder.ts";
export { readSpecFolder } from "./load/read-folder.ts";
export type { SourceText } from "./load/source-text.ts";
export { frameAt } from "./load/source-text.ts";
export { standaloneValidators } from "./load/standalone-validators.ts";
export type { SpecText } from "./load/spec-file.ts";
export type { Path } from "./load/yaml-span.ts";
export type { Branch, Effect, ExpressionSite, NodeDefinition } from "./nodes/definition.ts";
export { fixesHost } from "./nodes/http/fixed-host.ts";
export type * from "./language/scenario.ts";
export { branchesOf, effectOf, isExternal, nodeDefinitions, opensTransaction, sitesOf } from "./nodes/index.ts";
