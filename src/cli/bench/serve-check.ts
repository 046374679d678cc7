import { EndcapError } from '../../core/errors.ts'
import type { RecommendationAnswer } from '../../serving/wire.ts'

export type ServeCheck = {
  /** Answers whose items were distinct, and added up to their scores. */
  readonly answers: number
  /** Those that were the same when asked again, but for the last slot, which may be drawn. */
  readonly same_again: number
  /** Drivers that gave a reason in any of them. */
  readonly drivers: readonly string[]
  /** Sources that proposed something. */
  readonly sources: readonly string[]
}

const TOLERANCE = 1e-6

/**
 * Asks each question twice and looks at what comes back.
 * @returns what was found, and the longest of the answers
 * @throws EndcapError ENGINE_FAILED if an answer was wrong
 */
export async function checkAnswers(
  url: string,
  bodies: readonly string[],
  limit: number,
): Promise<{ readonly check: ServeCheck; readonly sample: RecommendationAnswer }> {
  const drivers = new Set<string>()
  const sources = new Set<string>()
  let sample: RecommendationAnswer | undefined
  for (const body of bodies) {
    const [first, second] = [await ask(url, body), await ask(url, body)]
    checkItems(first, limit)
    if (firstSkus(first, limit) !== firstSkus(second, limit)) {
      throw wrong(`asked twice it answers ${firstSkus(first, limit)}, then ${firstSkus(second, limit)}`)
    }
    for (const { reasons = [], source } of first.items) {
      for (const { driver } of reasons) drivers.add(driver)
      for (const name of source) sources.add(name)
    }
    if (JSON.stringify(first).length > JSON.stringify(sample ?? null).length) sample = first
  }
  if (sample === undefined) throw wrong('nothing was asked')
  const check = {
    answers: bodies.length,
    same_again: bodies.length,
    drivers: [...drivers].toSorted(),
    sources: [...sources].toSorted(),
  }
  return { check, sample }
}

async function ask(url: string, body: string): Promise<RecommendationAnswer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body })
  if (!response.ok) throw wrong(`${response.status}: ${await response.text()}`)
  return (await response.json()) as RecommendationAnswer
}

function checkItems({ items, personalised }: RecommendationAnswer, limit: number): void {
  if (!personalised) throw wrong('a shopper who consents was not known')
  if (items.length !== limit || new Set(items.map(({ sku }) => sku)).size !== limit) {
    throw wrong(`${items.length} items where ${limit} distinct ones were asked for`)
  }
  for (const { sku, base, score, reasons = [] } of items) {
    const sum = reasons.reduce((total, { contribution }) => total + contribution, base)
    if (!(Math.abs(sum - score) <= TOLERANCE)) throw wrong(`'${sku}' scores ${score}, its reasons ${sum}`)
  }
}

const firstSkus = ({ items }: RecommendationAnswer, limit: number): string =>
  items
    .slice(0, limit - 1)
    .map(({ sku }) => sku)
    .join(', ')

const wrong = (message: string) =>
  new EndcapError('ENGINE_FAILED', message, { place: 'bench serve', remedy: 'Nothing was timed.' })
