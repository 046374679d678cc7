import type { PairRow } from '../compile/inprocess/naive-pairs.ts'
import type { Refusal } from '../compile/inprocess/rows.ts'
import type { TileRow, TileValue, WindowRow } from '../compile/tile.ts'
import { unreachable } from '../core/errors.ts'

/** An answer of an engine. */
export type AnswerRows =
  | { readonly kind: 'tiles'; readonly rows: readonly TileRow[] }
  | { readonly kind: 'window'; readonly rows: readonly WindowRow[] }
  | { readonly kind: 'pairs'; readonly rows: readonly PairRow[] }
  | { readonly kind: 'refusals'; readonly rows: readonly Refusal[] }

/** A row on which two engines differ; undefined where one of them has no such row. */
export type Difference = {
  /** To which question. */
  readonly answer: string
  readonly key: string
  readonly expected: string | undefined
  readonly actual: string | undefined
}

type Place = { readonly value: string; seenBy: number }

/** An answer by key, to hold other answers to: order does not matter, repeats do. */
export class AnswerIndex {
  private readonly places = new Map<string, Place>()
  private readers = 0

  /** @throws Error if a key comes twice: whoever says what is right says it once */
  constructor(answer: AnswerRows) {
    eachRow(answer, (key, value) => {
      if (this.places.has(key)) throw new Error(`bug: the answer has the key '${key}' twice`)
      this.places.set(key, { value, seenBy: 0 })
    })
  }

  get size(): number {
    return this.places.size
  }

  /** Rows of `other` that are not equal to these, that are too many, and those that it lacks. */
  differences(answer: string, other: AnswerRows): readonly Difference[] {
    this.readers += 1
    const found: Difference[] = []
    let matched = 0
    eachRow(other, (key, actual) => {
      const place = this.places.get(key)
      if (place === undefined || place.seenBy === this.readers) {
        found.push({ answer, key, expected: undefined, actual })
        return
      }
      place.seenBy = this.readers
      matched += 1
      if (place.value !== actual) found.push({ answer, key, expected: place.value, actual })
    })
    if (matched === this.places.size) return found
    for (const [key, { value, seenBy }] of this.places) {
      if (seenBy !== this.readers) found.push({ answer, key, expected: value, actual: undefined })
    }
    return found
  }
}

/**
 * Each row as text: parts of the key by spaces, which no id has; numbers by commas; entries as `word@at`. A
 * sequence without entries says nothing and is left out.
 */
export function eachRow(answer: AnswerRows, onRow: (key: string, value: string) => void): void {
  switch (answer.kind) {
    case 'tiles':
      for (const { key, tileStart, values } of answer.rows) {
        if (says(values)) onRow(`${key.join(' ')} ${tileStart}`, textOf(values))
      }
      break
    case 'window':
      for (const { key, values } of answer.rows) if (says(values)) onRow(key.join(' '), textOf(values))
      break
    case 'pairs':
      for (const { left, right, weight } of answer.rows) onRow(`${left} ${right}`, String(weight))
      break
    case 'refusals':
      for (const { topic, partition, offset, item, reason } of answer.rows) {
        onRow(`${topic} ${partition} ${offset} ${item}`, reason)
      }
      break
    default:
      unreachable(answer)
  }
}

const says = (values: readonly TileValue[]): boolean =>
  !values.every((value) => typeof value === 'object' && value !== null && value.length === 0)

const textOf = (values: readonly TileValue[]): string =>
  values
    .map((value) =>
      typeof value === 'object' && value !== null
        ? value.map(({ word, at }) => `${word}@${at}`).join(' ')
        : String(value),
    )
    .join(',')
