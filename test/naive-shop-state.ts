import type { LoggedRecord, RecordValue } from '../src/algebra/source.ts'
import { catalog } from '../src/catalog/catalog.ts'
import { naiveTiles } from '../src/compile/inprocess/naive.ts'
import { planView } from '../src/compile/plan.ts'
import type { TileRow } from '../src/compile/tile.ts'
import type { EntityTopic, ShopState } from '../src/recommend/shop-state.ts'

const idField = (topic: EntityTopic): string =>
  catalog.sources.find(({ name }) => name === topic)?.partitionBy ?? ''

/** A shop state recomputed from its records at each read: slow, and right by definition. */
export class NaiveShopState implements ShopState {
  readonly #records: LoggedRecord[] = []
  readonly #listeners: ((name: string, owner: string) => void)[] = []
  #tiles: ReadonlyMap<string, readonly TileRow[]> | undefined

  /** Appends in log order; `loggedAt` is the event's own instant. */
  add(topic: string, at: number, value: RecordValue): void {
    this.#records.push({ topic, partition: 0, offset: this.#records.length, loggedAt: at, value })
    this.#tiles = undefined
    if (this.#listeners.length === 0) return
    const touched = (view: string, owner: (row: TileRow) => string | undefined) => {
      for (const row of this.#of(view))
        for (const listener of this.#listeners) listener(view, owner(row) ?? '')
    }
    for (const { name } of catalog.views) touched(name, (row) => row.key[0])
    const source = catalog.sources.find(({ name }) => name === topic)
    if (source?.isEntity !== true) return
    for (const listener of this.#listeners) listener(topic, String(value[source.partitionBy]))
  }

  position = (): number => this.#records.length

  newestAt = (): number =>
    this.#records
      .filter(({ topic }) => topic === 'orders' || topic === 'clickstream')
      .reduce((newest, { loggedAt }) => Math.max(newest, loggedAt), 0)

  tiles = (view: string, key: readonly string[]): Iterable<TileRow> =>
    this.#of(view).filter((row) => row.key.join('\n') === key.join('\n'))

  ownerTiles = (view: string, owner: string): Iterable<TileRow> =>
    this.#of(view).filter((row) => row.key[0] === owner)

  entity = (source: EntityTopic, id: string): RecordValue | undefined =>
    [...this.entities(source)].find((value) => value[idField(source)] === id)

  entities = (source: EntityTopic): Iterable<RecordValue> => {
    const winners = new Map<string, RecordValue>()
    const id = idField(source)
    for (const { topic, value } of this.#records) {
      if (topic !== source) continue
      const winner = winners.get(String(value[id]))
      if (winner === undefined || Number(value['updated_at']) >= Number(winner['updated_at'])) {
        winners.set(String(value[id]), value)
      }
    }
    return winners.values()
  }

  onChange = (listener: (name: string, owner: string) => void): void => {
    this.#listeners.push(listener)
  }

  #of(view: string): readonly TileRow[] {
    this.#tiles ??= new Map(
      catalog.views.map((definition) => [
        definition.name,
        naiveTiles(planView(definition, catalog.horizon), this.#records),
      ]),
    )
    return this.#tiles.get(view) ?? []
  }
}
