import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Evaluation } from '../rows.ts'

/** A drawing of the report: a title and an SVG that needs nothing else. */
export type ReportPlot = { readonly title: string; readonly svg: string }

/** What the lines can show; drawings without data are left out. */
export function reportPlots(rows: readonly Evaluation[]): ReportPlot[] {
  const plain = rows.filter(({ variant }) => variant === undefined)
  const slices = rows.filter(({ variant }) => variant?.startsWith('slice:'))
  const without = rows.filter(({ variant }) => variant?.startsWith('without:'))
  return [
    { title: 'NDCG@10 of each model, with its 95 % interval', svg: accuracyPlot(plain) },
    ...(slices.length === 0 ? [] : [{ title: 'NDCG@10 by part of the questions', svg: slicePlot(slices) }]),
    ...(without.length === 0
      ? []
      : [{ title: 'What NDCG@10 changes by without a driver', svg: ablationPlot(without) }]),
  ]
}

const LABELS_WIDTH = 150
const LEGEND_STEP = 85

function accuracyPlot(rows: readonly Evaluation[]): string {
  return drawn({
    x: { label: 'NDCG@10', grid: true },
    y: { label: null, domain: rows.map(({ model }) => model) },
    marks: [
      Plot.barX(rows, { x: 'ndcg@10', y: 'model', fill: '#5b8db8' }),
      Plot.ruleY(
        rows.filter((row) => row['ndcg@10_interval'] !== undefined),
        {
          x1: (row: Evaluation) => row['ndcg@10_interval']?.[0],
          x2: (row: Evaluation) => row['ndcg@10_interval']?.[1],
          y: 'model',
          strokeWidth: 2,
        },
      ),
      Plot.ruleX([0]),
    ],
  })
}

function slicePlot(rows: readonly Evaluation[]): string {
  const models = [...new Set(rows.map(({ model }) => model))]
  const points = rows.map((row) => ({ ...row, slice: row.variant?.replace('slice:', '') }))
  return drawn({
    x: { label: 'NDCG@10', grid: true },
    y: { label: null, domain: [...new Set(points.map(({ slice }) => slice))] },
    color: { domain: models, scheme: 'Dark2' },
    marginTop: 40,
    marks: [
      Plot.ruleX([0]),
      Plot.dot(points, { x: 'ndcg@10', y: 'slice', fill: 'model', r: 5 }),
      ...models.map((model, place) =>
        Plot.text([model], {
          text: (name: string) => name,
          fill: (name: string) => name,
          frameAnchor: 'top-left',
          textAnchor: 'start',
          dx: place * LEGEND_STEP,
          dy: -22,
        }),
      ),
    ],
  })
}

function ablationPlot(rows: readonly Evaluation[]): string {
  const bars = rows.flatMap((row) => {
    const difference = row['ndcg@10_difference']
    if (difference === undefined) return []
    const [mean, low, high] = difference
    return [{ name: `${row.model} ${row.variant?.replace(':', ' ')}`, mean, low, high }]
  })
  return drawn({
    x: { label: 'change of NDCG@10', grid: true },
    y: { label: null, domain: bars.map(({ name }) => name) },
    marks: [
      Plot.barX(bars, { x: 'mean', y: 'name', fill: '#c0715b' }),
      Plot.ruleY(bars, { x1: 'low', x2: 'high', y: 'name', strokeWidth: 2 }),
      Plot.ruleX([0]),
    ],
  })
}

/** The SVG as text; drawn in a document of its own, so no browser is needed. */
function drawn(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const picture = Plot.plot({ document, width: 720, marginLeft: LABELS_WIDTH, marginRight: 40, ...options })
  picture.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return picture.outerHTML
}
