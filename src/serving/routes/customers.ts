import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { RecordValue } from '../../algebra/source.ts'
import { catalog } from '../../catalog/catalog.ts'
import { EndcapError } from '../../core/errors.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import type { ShopState } from '../../recommend/shop-state.ts'

const CustomerParams = Type.Object({ customer_id: Type.String({ pattern: ID_PATTERN }) })

const ErasureParams = Type.Object({ erasure_id: Type.String({ pattern: ID_PATTERN }) })

const Tile = Type.Object({
  key: Type.Array(Type.String(), { description: 'what the tile is of, beside the customer' }),
  tile_start: Type.Integer({ description: 'epoch ms, UTC' }),
  measures: Type.Record(Type.String(), Type.Unknown(), { description: 'by name' }),
})

/** An erasure that was asked for. */
export type ErasureStatus = {
  readonly id: string
  readonly status: 'pending' | 'done'
  /** Epoch ms. */
  readonly requested_at: number
  /** What was erased where; null while it is pending. */
  readonly certificate: object | null
}

/** Where erasures are asked for. */
export type ErasureDesk = {
  /**
   * Durable when it returns, and from then on nothing of the customer is taken in or answered.
   * @throws EndcapError NOT_SUPPORTED where nobody can be erased
   */
  readonly request: (customer: string) => ErasureStatus
  /** Of a customer whose erasure is pending; null otherwise. */
  readonly ofCustomer: (customer: string) => ErasureStatus | null
  /** By its id; null if there is none. */
  readonly status: (id: string) => ErasureStatus | null
}

const ErasureAnswer = Type.Object(
  {
    id: Type.String(),
    status: Type.Enum(['pending', 'done'], { type: 'string' }),
    requested_at: Type.Integer({ description: 'epoch ms' }),
    certificate: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: 'what was erased where (docs/erase.md); null while it is pending',
    }),
  },
  { title: 'ErasureAnswer' },
)

const CustomerAnswer = Type.Object(
  {
    customer_id: Type.String(),
    log_position: Type.Integer(),
    customer: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: 'the version that holds; null if only events are known',
    }),
    tiles: Type.Record(Type.String(), Type.Array(Tile), { description: 'of each view by shopper' }),
    erasure: Type.Union([ErasureAnswer, Type.Null()], {
      description: 'if one is pending: what is told here is used no longer',
    }),
  },
  { title: 'CustomerAnswer' },
)
type CustomerAnswer = {
  readonly customer_id: string
  readonly log_position: number
  readonly customer: RecordValue | null
  readonly tiles: Readonly<Record<string, readonly Type.Static<typeof Tile>[]>>
  readonly erasure: ErasureStatus | null
}

type TileRow = ReturnType<ShopState['ownerTiles']> extends Iterable<infer Row> ? Row : never

/** Tag of a customer among the shoppers of the stream. */
const CUSTOMER_TAG = 'c:'
const SHOPPER_VIEWS = catalog.views.filter(({ key }) => key[0] === 'shopper')

/**
 * `GET /v1/customers/{customer_id}`: what the online state holds of a customer; `DELETE`: asks for their erasure;
 * `GET /v1/erasures/{erasure_id}`: what became of it.
 */
export const customerRoutes =
  (state: Pick<ShopState, 'entity' | 'ownerTiles' | 'position'>, erasures: ErasureDesk) =>
  (app: FastifyInstance): void => {
    app.delete<{ Params: Type.Static<typeof CustomerParams> }>(
      '/v1/customers/:customer_id',
      {
        config: { scope: 'erase' },
        schema: {
          summary: 'Ask for a customer to be erased',
          description:
            'From the answer on, events of the customer are refused and nothing personal is answered. ' +
            'Their data goes with `endcap erase --pending`; the erasure tells when it is done.',
          params: CustomerParams,
          response: { 202: ErasureAnswer },
        },
      },
      async ({ params }, reply) => {
        const erasure = erasures.request(params.customer_id)
        return reply.code(202).header('location', `/v1/erasures/${erasure.id}`).send(erasure)
      },
    )
    app.get<{ Params: Type.Static<typeof ErasureParams> }>(
      '/v1/erasures/:erasure_id',
      {
        config: { scope: 'erase' },
        schema: {
          summary: 'What became of an erasure that was asked for',
          params: ErasureParams,
          response: { 200: ErasureAnswer },
        },
      },
      async ({ params }) => {
        const erasure = erasures.status(params.erasure_id)
        if (erasure === null) throw new EndcapError('NOT_FOUND', 'no erasure has this id')
        return erasure
      },
    )
    app.get<{ Params: Type.Static<typeof CustomerParams> }>(
      '/v1/customers/:customer_id',
      {
        config: { scope: 'erase' },
        schema: {
          summary: 'What is held of a customer',
          params: CustomerParams,
          response: { 200: CustomerAnswer },
        },
      },
      async ({ params }): Promise<CustomerAnswer> => {
        const id = params.customer_id
        const customer = state.entity('customers', id) ?? null
        const tiles = tilesOf(state, id)
        const erasure = erasures.ofCustomer(id)
        if (customer === null && Object.keys(tiles).length === 0 && erasure === null) {
          throw new EndcapError('NOT_FOUND', 'nothing is held of this customer')
        }
        return { customer_id: id, log_position: state.position(), customer, tiles, erasure }
      },
    )
  }

/** Views without a tile of theirs are left out. */
function tilesOf(state: Pick<ShopState, 'ownerTiles'>, id: string): CustomerAnswer['tiles'] {
  const views = SHOPPER_VIEWS.map(({ name, measures }) => {
    const rows = [...state.ownerTiles(name, `${CUSTOMER_TAG}${id}`)]
    const sorted = rows.toSorted(
      (a, b) => a.tileStart - b.tileStart || (a.key.join() < b.key.join() ? -1 : 1),
    )
    return [name, sorted.map((row) => tileOnWire(row, Object.keys(measures)))] as const
  })
  return Object.fromEntries(views.filter(([, tiles]) => tiles.length > 0))
}

const tileOnWire = ({ key, tileStart, values }: TileRow, names: readonly string[]) => ({
  key: key.slice(1),
  tile_start: tileStart,
  measures: Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])),
})
