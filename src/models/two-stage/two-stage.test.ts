import { describe, expect, test } from 'vitest'
import { solveAffinity } from '../affinity/affinity.ts'
import { pairSumsInProcess } from '../affinity/pair-sums.ts'
import { trainForest } from '../rankers/boosting/train-forest.ts'
import { recommenderContract } from '../recommender.contract.ts'
import { DRIVERS, type Training } from '../recommender.ts'
import { historyOf, type Sequences, sequencesOf } from '../sequences.ts'
import { topItems } from '../top-items.ts'
import { FEATURES, featuresWithout } from './features/features.ts'
import { full } from './full.ts'
import { labelledSplits } from './labelled-splits.ts'
import type { FullOptions } from './prepare-full.ts'
import { fitSources, sourceFitters } from './scoring-sources.ts'
import { TWO_STAGE_SETTINGS } from './settings.ts'
import { stageOne } from './stage-one.ts'
import { type TrainingRows, trainingRows } from './training-rows.ts'

const OPTIONS: FullOptions = {
  fitters: sourceFitters(pairSumsInProcess, solveAffinity),
  trainForest: (rows, settings, validation) =>
    trainForest(rows, settings, validation === null ? {} : { validation }),
  boosting: { trees: 40, minChildRows: 2 },
}
const model = full(OPTIONS)

recommenderContract(model, { firstForStranger: 0, firstForRepeater: null, completesTheColour: false })

/** Shopper s buys item s every 10 days, and items 20.. now and then by a rule that no one can learn. */
function refillers(lastDay: number): Sequences {
  const lists: number[][] = []
  const dayLists: number[][] = []
  for (let shopper = 0; shopper < 20; shopper += 1) {
    const [items, days]: [number[], number[]] = [[], []]
    for (let day = shopper % 10; day < lastDay; day += 10) {
      items.push(shopper, 20 + ((shopper * 7 + day * 3) % 20))
      days.push(day, day)
    }
    lists.push(items)
    dayLists.push(days)
  }
  return sequencesOf(40, lists, dayLists)
}

const training: Training = { sequences: refillers(200), content: null, asOfDay: 200 }

describe('the two-stage model', () => {
  test('learns that shoppers come back for what they come back for', async () => {
    const fitted = await model.fit(training)
    const scores = new Float64Array(40)
    for (let shopper = 0; shopper < 20; shopper += 1) {
      fitted.score(historyOf(training.sequences, shopper), scores)
      expect([...topItems(scores, 1)]).toEqual([shopper])
    }
  })

  test('with nothing to learn trees from it is frequency, then popularity', async () => {
    const sequences = sequencesOf(
      4,
      [
        [0, 1, 1],
        [1, 3],
      ],
      [
        [0, 0, 0],
        [0, 0],
      ],
    )
    const fitted = await model.fit({ sequences, content: null, asOfDay: 1 })
    const scores = new Float64Array(4)
    const { items, days } = historyOf(sequences, 0)
    fitted.score({ items, days }, scores)
    expect([...topItems(scores, 4)]).toEqual([1, 0, 3, 2])
    expect(fitted.explain({ items, days }, 1)).toEqual({
      base: 0,
      contributions: [
        { driver: 'history', value: 2 },
        { driver: 'popularity', value: 3 / 4 },
      ],
    })
  })

  test('without a driver none of its features is left', () => {
    for (const driver of DRIVERS) {
      const left = featuresWithout(new Set([driver]))
      expect(left.some((feature) => feature.driver === driver)).toBe(false)
      expect(left.length).toBeLessThan(FEATURES.length)
    }
    expect(model.ablation?.().drivers).toEqual(DRIVERS)
  })

  test('models of an ablation learn each source and the number of trees once, and are what they are alone', async () => {
    const learnt: string[] = []
    const counted = Array.from(OPTIONS.fitters, ([name, fitter]) => {
      const learn: typeof fitter = (past) => {
        learnt.push(name)
        return fitter(past)
      }
      return [name, learn] as const
    })
    const trainForest: FullOptions['trainForest'] = (rows, settings, validation) => {
      learnt.push(validation === null ? 'trees' : 'number of trees')
      return OPTIONS.trainForest(rows, settings, validation)
    }
    const ablation = full({ ...OPTIONS, trainForest, fitters: new Map(counted) }).ablation?.()
    if (ablation === undefined) throw new Error('bug: it has drivers')
    const scoresOf = async (of: typeof model) => {
      const [fitted, scores] = [await of.fit(training), new Float64Array(40)]
      fitted.score(historyOf(training.sequences, 3), scores)
      return scores
    }
    expect(await scoresOf(ablation.whole)).toEqual(await scoresOf(model))
    for (const driver of DRIVERS) {
      const alone = full({ ...OPTIONS, without: new Set([driver]) })
      expect(await scoresOf(ablation.without(driver)), driver).toEqual(await scoresOf(alone))
    }
    const times = (what: string) => learnt.filter((one) => one === what).length
    // Four periods and the whole past; one whole model and those without a driver.
    for (const [name] of counted) expect(times(name), name).toBe(5)
    expect([times('number of trees'), times('trees')]).toEqual([1, 1 + DRIVERS.length])
  })

  test('no two features have one name', () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length)
  })
})

describe('what the ranker learns from', () => {
  test('periods end by the instant that the training is for, and their past ends where they begin', () => {
    const splits = [...labelledSplits(training, TWO_STAGE_SETTINGS)]
    expect(splits.map((split) => split.training.asOfDay)).toEqual([170, 140, 110, 80])
    for (const { training: past, targets } of splits) {
      expect(Math.max(...(past.sequences.days ?? []))).toBeLessThan(past.asOfDay ?? 0)
      expect(targets.length).toBe(20)
    }
  })

  test('with orders but no instant it is each shopper’s last basket, then the one before', () => {
    const lines = {
      orders: Int32Array.of(0, 0, 1, 2),
      atMs: null,
      quantities: null,
      priceCents: null,
      discountCents: null,
    }
    const sequences = { ...sequencesOf(5, [[0, 1, 2, 3]]), lines }
    const splits = [...labelledSplits({ sequences, content: null, asOfDay: null }, TWO_STAGE_SETTINGS)]
    expect(splits.map(({ targets }) => targets)).toEqual([[new Set([3])], [new Set([2])]])
  })

  test('without either it is each shopper’s last event', () => {
    const sequences = sequencesOf(5, [[0, 1, 2, 3]])
    const [split, ...more] = [
      ...labelledSplits({ sequences, content: null, asOfDay: null }, TWO_STAGE_SETTINGS),
    ]
    expect(more).toEqual([])
    expect(split?.targets).toEqual([new Set([3])])
    expect([...(split?.training.sequences.items ?? [])]).toEqual([0, 1])
  })
})

describe('the rows that are learnt from', () => {
  const [split] = labelledSplits(training, TWO_STAGE_SETTINGS)
  if (split === undefined) throw new Error('bug: no period')
  const rowsWith = async (answers: number) => {
    const scoring = await fitSources(OPTIONS.fitters, split.training, new Set())
    const settings = { ...TWO_STAGE_SETTINGS, answers }
    const stage = stageOne({
      training: split.training,
      scoring,
      proposesBought: true,
      settings,
    })
    const [rows] = trainingRows(stage, split, settings, [{ features: FEATURES, without: new Set() }])
    return rows as TrainingRows
  }

  test('are of all questions, or of some where these have more answers than asked for', async () => {
    const targets = split.targets.reduce((sum, { size }) => sum + size, 0)
    const [all, some] = [await rowsWith(targets), await rowsWith(targets / 2)]
    expect(all).toEqual(await rowsWith(TWO_STAGE_SETTINGS.answers))
    expect(all.groups.length - 1).toBe(20)
    expect(some.groups.length - 1).toBeGreaterThan(4)
    expect(some.groups.length - 1).toBeLessThan(16)
    expect(some).toEqual(await rowsWith(targets / 2))
  })
})
