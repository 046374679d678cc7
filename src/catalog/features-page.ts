import { FEATURE_DRIVERS, type FeatureColumn, type FeatureDriver } from '../algebra/feature-column.ts'
import type { FeatureExpression } from '../algebra/feature-expression.ts'

const INTRODUCTION = `# Feature columns

Generated from \`src/catalog/features\`; a test compares. A column is one number for a product, a request and an instant
(\`as_of\`), made of exact sums. Its meaning is \`src/compile/inprocess/feature-evaluator.ts\`; \`feature-program.ts\` beside it is
the same, planned, and what serving and training both run (\`src/recommend/ranking\`). Windows end at the instant and begin
with a whole tile, so a day counts whole at the far end; "history of the shop" is what the online state keeps of it.
A missing value is NaN to a model.
`

/** All feature columns as a page of Markdown, by driver. */
export function featuresPage(columns: readonly FeatureColumn[]): string {
  return [INTRODUCTION, ...FEATURE_DRIVERS.map((driver) => driverSection(driver, columns))].join('\n')
}

function driverSection(driver: FeatureDriver, columns: readonly FeatureColumn[]): string {
  const rows = columns
    .filter((column) => column.driver === driver)
    .map((column) => {
      const { name, unit, meaning, missing } = column
      const views = viewsRead(column.value).map((view) => `\`${view}\``)
      return `| \`${name}\` | ${unit} | ${rangeText(column)} | ${meaning} | ${missing} | ${views.join(', ')} |`
    })
  return `## ${driver}

| column | unit | range | meaning | missing where | reads |
|---|---|---|---|---|---|
${rows.join('\n')}
`
}

function rangeText({ min, max }: FeatureColumn): string {
  const number = (value: number) => value.toLocaleString('en')
  if (min === -Infinity && max === Infinity) return 'any'
  return max === Infinity ? `from ${number(min)}` : `${number(min)} to ${number(max)}`
}

/** Names of the views that an expression reads, sorted. */
export function viewsRead(expression: FeatureExpression): readonly string[] {
  return [...new Set(allRead(expression))].toSorted()
}

function allRead(expression: FeatureExpression): readonly string[] {
  switch (expression.kind) {
    case 'read':
      return [expression.view.name]
    case 'calculate':
      return [...allRead(expression.left), ...allRead(expression.right)]
    case 'orElse':
      return [...allRead(expression.operand), ...allRead(expression.fallback)]
    case 'fromOn':
      return [expression.value, expression.then, expression.otherwise].flatMap(allRead)
    default:
      return []
  }
}
