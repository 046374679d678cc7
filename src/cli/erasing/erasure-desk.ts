import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { EndcapError } from '../../core/errors.ts'
import type { Writer } from '../../features/stream/inprocess/writer.ts'
import type { ShopState } from '../../recommend/shop-state.ts'
import type { ErasureDesk, ErasureStatus } from '../../serving/routes/customers.ts'
import type { Certificate } from './certificate.ts'
import { ERASURES_FOLDER } from './erasures-folder.ts'
import { type PendingErasure, readRequests, writeRequests } from './requests.ts'
import { erasedPeople } from './tombstones.ts'

export type DeskOptions = {
  readonly dataDir: string
  readonly writer: Pick<Writer, 'turnAwayFrom'>
  readonly clock: Clock
  /** Why nobody can be erased from here; absent: everybody can. */
  readonly refusal?: EndcapError | undefined
}

/**
 * Takes requests of erasure while the shop is served: from then on events of the person are refused and nothing
 * personal is answered; their data goes with `endcap erase --pending`.
 */
export class ServedErasures implements ErasureDesk {
  readonly #options: DeskOptions
  readonly #pending: Map<string, PendingErasure>

  constructor(options: DeskOptions) {
    this.#options = options
    const { pending } = readRequests(options.dataDir)
    this.#pending = new Map(pending.map((request) => [request.customer_id, request]))
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  request = (customer: string): ErasureStatus => {
    if (this.#options.refusal !== undefined) throw this.#options.refusal
    const before = this.#pending.get(customer)
    if (before !== undefined) return statusOf(before)
    const { dataDir, writer, clock } = this.#options
    const request = { id: randomUUID(), customer_id: customer, requested_at: clock() }
    const requests = readRequests(dataDir)
    writeRequests(dataDir, { ...requests, pending: [...requests.pending, request] })
    this.#pending.set(customer, request)
    const people = erasedPeople(dataDir)
    if (people !== undefined) writer.turnAwayFrom(people)
    return statusOf(request)
  }

  ofCustomer = (customer: string): ErasureStatus | null => {
    const request = this.#pending.get(customer)
    return request === undefined ? null : statusOf(request)
  }

  status = (id: string): ErasureStatus | null => {
    const { pending, done } = readRequests(this.#options.dataDir)
    const waiting = pending.find((request) => request.id === id)
    if (waiting !== undefined) return statusOf(waiting)
    const request = done.find((one) => one.id === id)
    if (request === undefined) return null
    return {
      id,
      status: 'done',
      requested_at: request.requested_at,
      certificate: this.#certificateOf(request.person),
    }
  }

  /** The state without what is of people whose erasure is pending. */
  stateWithout(state: ShopState): ShopState {
    const isOf = (owner: string) => owner.startsWith('c:') && this.#pending.has(owner.slice(2))
    return {
      ...state,
      position: state.position,
      newestAt: state.newestAt,
      tiles: (view, key) => (isOf(key[0] ?? '') ? [] : state.tiles(view, key)),
      ownerTiles: (view, owner) => (isOf(owner) ? [] : state.ownerTiles(view, owner)),
      entity: (source, id) =>
        source === 'customers' && this.#pending.has(id) ? undefined : state.entity(source, id),
      entities: state.entities,
      onChange: state.onChange,
    }
  }

  #certificateOf(person: string): Certificate | null {
    const folder = join(this.#options.dataDir, ERASURES_FOLDER)
    if (!existsSync(folder)) return null
    const names = readdirSync(folder).filter((name) => name.endsWith(`-${person.slice(0, 16)}.json`))
    const newest = names.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1)
    return newest === undefined ? null : JSON.parse(readFileSync(join(folder, newest), 'utf8'))
  }
}

const statusOf = ({ id, requested_at }: PendingErasure): ErasureStatus => ({
  id,
  status: 'pending',
  requested_at,
  certificate: null,
})
