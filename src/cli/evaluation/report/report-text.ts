import type { Evaluation } from '../rows.ts'
import type { ReportPlot } from './report-plots.ts'

/** A table of the report: its title, its column names, and cells as text. */
export type ReportTable = {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

type Column = readonly [name: string, cell: (row: Evaluation) => string]

const ratio = (value: number | null | undefined): string =>
  value === undefined || value === null ? '' : value.toFixed(4)
const between = (interval: readonly [number, number] | undefined): string =>
  interval === undefined ? '' : `${ratio(interval[0])} to ${ratio(interval[1])}`
const change = (difference: readonly [number, number, number] | undefined): string =>
  difference === undefined
    ? ''
    : `${ratio(difference[0])} (${ratio(difference[1])} to ${ratio(difference[2])})`

const ACCURACY: readonly Column[] = [
  ['model', ({ model }) => model],
  ['users', ({ users }) => String(users)],
  ['recall@10', (row) => ratio(row['recall@10'])],
  ['95 %', (row) => between(row['recall@10_interval'])],
  ['ndcg@10', (row) => ratio(row['ndcg@10'])],
  ['95 % ', (row) => between(row['ndcg@10_interval'])],
  ['hit@10', (row) => ratio(row['hit@10'])],
  ['seconds', ({ seconds }) => seconds.toFixed(1)],
  ['MB', ({ peak_mb }) => String(peak_mb)],
]
const BEYOND: readonly Column[] = [
  ['model', ({ model }) => model],
  ['coverage@10', (row) => ratio(row['coverage@10'])],
  ['novelty@10', (row) => ratio(row['novelty@10'])],
  ['diversity@10', (row) => ratio(row['diversity@10'])],
  ['calibration@10', (row) => ratio(row['calibration@10'])],
  ['popularity bias@10', (row) => ratio(row['popularity_bias@10'])],
]
const COMPARED: readonly Column[] = [
  ['model', ({ model, variant }) => [model, variant].filter((word) => word !== undefined).join(' ')],
  ['against', ({ against }) => against ?? ''],
  ['recall@10 differs by', (row) => change(row['recall@10_difference'])],
  ['ndcg@10 differs by', (row) => change(row['ndcg@10_difference'])],
]
const VARIANTS: readonly Column[] = [
  ['variant', ({ variant }) => variant ?? ''],
  ['model', ({ model }) => model],
  ['users', ({ users }) => String(users)],
  ['recall@10', (row) => ratio(row['recall@10'])],
  ['ndcg@10', (row) => ratio(row['ndcg@10'])],
  ['hit@10', (row) => ratio(row['hit@10'])],
]

export function reportTables(rows: readonly Evaluation[]): ReportTable[] {
  const plain = rows.filter(({ variant }) => variant === undefined)
  const others = rows.filter(({ variant }) => variant !== undefined)
  const compared = rows.filter(({ against }) => against !== undefined)
  return [
    table('Accuracy', ACCURACY, plain),
    table('Beside accuracy', BEYOND, plain),
    table('Compared user by user, with the 95 % interval', COMPARED, compared),
    table('Variants and parts', VARIANTS, others),
  ].filter((each) => each.rows.length > 0)
}

const table = (title: string, columns: readonly Column[], rows: readonly Evaluation[]): ReportTable => ({
  title,
  columns: columns.map(([name]) => name.trim()),
  rows: rows.map((row) => columns.map(([, cell]) => cell(row))),
})

/** One document: the tables, and the drawings where `drawn` puts them. */
export type ReportContent = {
  readonly title: string
  readonly tables: readonly ReportTable[]
  readonly plots: readonly ReportPlot[]
}

export function markdownReport({ title, tables, plots }: ReportContent): string {
  const parts = tables.map(({ title: name, columns, rows }) =>
    [`## ${name}`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n'),
  )
  const drawings = plots.map(({ title: name }, index) => `![${name}](plot-${index + 1}.svg)`)
  return `${[`# ${title}`, ...drawings, ...parts].join('\n\n')}\n`
}

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

export function htmlReport({ title, tables, plots }: ReportContent): string {
  const drawings = plots.map(
    ({ title: name, svg }) => `<figure><figcaption>${escaped(name)}</figcaption>${svg}</figure>`,
  )
  const parts = tables.map(
    ({ title: name, columns, rows }) =>
      `<h2>${escaped(name)}</h2><table><thead><tr>${cells('th', columns)}</tr></thead><tbody>${rows
        .map((row) => `<tr>${cells('td', row)}</tr>`)
        .join('\n')}</tbody></table>`,
  )
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escaped(title)}</h1>`,
    ...drawings,
    ...parts,
    '</main></body></html>\n',
  ].join('\n')
}

const cells = (tag: 'th' | 'td', texts: readonly string[]): string =>
  texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff; margin: 0 }
main { max-width: 1000px; margin: 0 auto; padding: 24px }
h1 { font-size: 22px } h2 { font-size: 17px; margin-top: 32px }
figure { margin: 24px 0 } figcaption { font-weight: 600; margin-bottom: 8px } svg { max-width: 100%; height: auto }
table { border-collapse: collapse; display: block; overflow-x: auto; font-variant-numeric: tabular-nums }
th, td { padding: 4px 12px 4px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }`
