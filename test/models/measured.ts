import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { readDataSet } from '../../src/cli/evaluation/data-sets.ts'
import { type Extras, evaluateModels } from '../../src/cli/evaluation/evaluate-models.ts'
import { protocolNamed } from '../../src/cli/evaluation/protocols.ts'
import type { Evaluation } from '../../src/cli/evaluation/rows.ts'
import type { Recommender } from '../../src/models/recommender.ts'

const shared = resolve(import.meta.dirname, '../../../shared/data')
/** Figures of docs/evaluation.md hold within half a per cent. */
const PER_CENT = 0.5

const PLAIN: Extras = {
  details: false,
  variants: false,
  slices: false,
  ablate: false,
  strangers: false,
  cutoffDays: [],
}

type Measured = {
  readonly data: string
  readonly protocol: string
  readonly models: readonly Recommender[]
  readonly extras?: Partial<Extras>
}

/** The lines of a command of docs/evaluation.md; without the data the test is skipped and says so. */
export async function measured(context: TestContext, of: Measured): Promise<Evaluation[]> {
  const folder = join(shared, of.data)
  if (!existsSync(folder)) context.skip(`../shared/data/${of.data} is absent`)
  const { interactions } = await readDataSet(folder, undefined)
  const rows: Evaluation[] = []
  const lines = evaluateModels({
    data: of.data,
    interactions,
    protocol: protocolNamed(of.protocol),
    options: { cutoffDay: undefined },
    models: of.models,
    extras: { ...PLAIN, ...of.extras },
    onProgress: () => {},
  })
  for await (const row of lines) rows.push(row)
  return rows
}

/** Fails beyond half a per cent. */
export function expectFigures(
  row: Evaluation | undefined,
  figures: Partial<Record<keyof Evaluation, number>>,
): void {
  for (const [name, figure] of Object.entries(figures)) {
    const got = Number(row?.[name as keyof Evaluation])
    expect(Math.abs(got / figure - 1) * 100, `${row?.model} ${name}: ${got}, not ${figure}`).toBeLessThan(
      PER_CENT,
    )
  }
}
