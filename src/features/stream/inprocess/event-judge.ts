import { type LoggedRecord, REFUSALS, type RecordValue, type Source } from '../../../algebra/source.ts'
import { AccountingCurrency, FOREIGN_CURRENCY } from '../../../catalog/accounting-currency.ts'
import type { Catalog } from '../../../catalog/catalog.ts'
import { contractRecord } from '../../../catalog/contract-record.ts'
import { clickstream } from '../../../catalog/events/clickstream.ts'
import type { Fault, Meant } from '../../../catalog/shape-faults.ts'
import { topicOf } from '../../../catalog/topic-of.ts'
import { type Validator, validators } from '../../../catalog/validator.ts'
import { countingClosure, idReader } from '../../../compile/inprocess/incremental-rows.ts'
import { hash64 } from '../../../core/hash.ts'
import { BAD_JSON } from '../../../event-log/contract/body-format.ts'
import { splitTopic } from '../../../event-log/contract/split-topic.ts'
import { BotMarks } from './bot-marks.ts'

/** Faults of an event that has no topic to be judged by. */
export const TOPICLESS = { json: 'bad_json', shape: 'not_an_event', topic: 'unknown_topic' } as const

/** An event that may count, if its id is new. */
export type Sound = {
  readonly topicNumber: number
  /** In the shape of its contract. */
  readonly value: RecordValue
  /** It was sent in another shape: what is logged is `value`, not the bytes that came. */
  readonly isRewritten?: true
}
export type Judgement = Sound | (Fault & { readonly topic: string | null })

export const isSound = (judgement: Judgement): judgement is Sound => 'topicNumber' in judgement

type Judge = {
  readonly number: number
  readonly source: Source
  readonly validate: Validator
  /** Its contract says what the amounts are in. */
  readonly hasCurrency: boolean
  readonly idOf: (value: RecordValue) => string
  readonly refuse: ReturnType<typeof countingClosure>
}

type Circumstances = { readonly loggedAt: number | null; readonly isRewritten: boolean }

/** Decides of one event after the other whether it is refused, and under which id it counts. */
export class EventJudge {
  readonly #byTopic: ReadonlyMap<string, Judge>
  readonly #byNumber: readonly Judge[]

  readonly #futureMs: number
  readonly #currency: AccountingCurrency
  readonly #bots = new BotMarks()

  constructor(catalog: Catalog, currency: AccountingCurrency = new AccountingCurrency()) {
    this.#currency = currency
    this.#futureMs = catalog.horizon.futureMs
    this.#byNumber = catalog.sources.map((source, number) => {
      const validate = validators.get(source.name)
      if (validate === undefined) throw new Error(`bug: topic '${source.name}' has no contract`)
      const refuse = countingClosure(source, catalog.horizon)
      const hasCurrency = 'currency' in source.columns
      return { number, source, validate, hasCurrency, idOf: idReader(source), refuse }
    })
    this.#byTopic = new Map(this.#byNumber.map((judge) => [judge.source.name, judge]))
  }

  /**
   * @param event as parsed: anything at all
   * @param loggedAt epoch ms; null: its own instant
   */
  judge(event: unknown, loggedAt: number | null): Judgement {
    if (event === BAD_JSON) return { topic: null, reason: TOPICLESS.json, field: null }
    const split = splitTopic(event)
    if (split === null) return { topic: null, reason: TOPICLESS.shape, field: null }
    return this.judgeRecord(split.topic ?? topicOf(split.value), split.value, loggedAt)
  }

  judgeRecord(topic: string | null, value: RecordValue, loggedAt: number | null): Judgement {
    const judge = topic === null ? undefined : this.#byTopic.get(topic)
    if (judge === undefined) return { topic, reason: TOPICLESS.topic, field: null }
    const fault = judge.validate(value)
    if (fault === null) return this.#settled(judge, { value }, { loggedAt, isRewritten: false })
    const meant = contractRecord(judge.source.name, value)
    if (meant === null) return { topic, ...fault }
    if ('reason' in meant) return { topic, ...meant }
    const stillWrong = judge.validate(meant.value)
    if (stillWrong !== null) return { topic, ...stillWrong }
    return this.#settled(judge, meant, { loggedAt, isRewritten: true })
  }

  /** Of an event of history, which was logged at its own instant: it may not lie ahead of the clock. */
  judgeHistory(topic: string, value: RecordValue, now: number): Judgement {
    const judgement = this.judgeRecord(topic, value, null)
    if (!isSound(judgement) || this.instantOf(judgement) <= now + this.#futureMs) return judgement
    return { topic, reason: REFUSALS.future, field: this.#at(judgement.topicNumber).source.at }
  }

  /** 64-bit hash of the topic and the event's id. */
  idHash({ topicNumber, value }: Sound): bigint {
    return hash64(`${topicNumber}:${this.#at(topicNumber).idOf(value)}`)
  }

  /** The event's own instant, epoch ms. */
  instantOf({ topicNumber, value }: Sound): number {
    return Number(value[this.#at(topicNumber).source.at])
  }

  topicName(topicNumber: number): string {
    return this.#at(topicNumber).source.name
  }

  /** Of a record of the right shape: in the shop's currency, if it can be. */
  #settled(judge: Judge, { value, currency: said }: Meant, how: Circumstances): Judgement {
    const currency = said ?? (judge.hasCurrency ? value['currency'] : undefined)
    if (typeof currency !== 'string') return this.#counted(judge, value, how)
    const { source, validate, hasCurrency } = judge
    const settled = this.#currency.settled(value, currency)
    if (settled === null) return { topic: source.name, reason: FOREIGN_CURRENCY, field: 'currency' }
    if (settled === value) {
      const judgement = this.#counted(judge, value, how)
      if (hasCurrency && isSound(judgement)) this.#currency.adopt(currency)
      return judgement
    }
    const fault = validate(settled)
    if (fault !== null) return { topic: source.name, ...fault }
    return this.#counted(judge, settled, { ...how, isRewritten: true })
  }

  /** Of a record that is as it will be logged: whether it may count. */
  #counted(
    { number, source, refuse }: Judge,
    value: RecordValue,
    { loggedAt, isRewritten }: Circumstances,
  ): Judgement {
    const record: LoggedRecord = {
      topic: source.name,
      partition: 0,
      offset: 0,
      loggedAt: loggedAt ?? Number(value[source.at]),
      value,
    }
    const rule = refuse(record)
    if (rule !== undefined) return { topic: source.name, reason: rule.reason, field: rule.field }
    const logged = source.name === clickstream.name ? this.#bots.marked(value) : value
    return isRewritten || logged !== value
      ? { topicNumber: number, value: logged, isRewritten: true }
      : { topicNumber: number, value }
  }

  #at(topicNumber: number): Judge {
    const judge = this.#byNumber[topicNumber]
    if (judge === undefined) throw new Error(`bug: no topic has the number ${topicNumber}`)
    return judge
  }
}
