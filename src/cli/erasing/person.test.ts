import { describe, expect, test } from 'vitest'
import type { LoggedRecord, RecordValue } from '../../algebra/source.ts'
import { Person } from './person.ts'

const click = (session_id: string, customer_id?: string, fields: RecordValue = {}) => ({
  topic: 'clickstream',
  value: { session_id, ...(customer_id === undefined ? {} : { customer_id }), ...fields },
})
const line = (order_id: string, customer_id?: string, reverses?: string) => ({
  topic: 'orders',
  value: {
    order_id,
    ...(customer_id === undefined ? {} : { customer_id }),
    ...(reverses === undefined ? {} : { reverses }),
  },
})
type Told = { readonly topic: string; readonly value: RecordValue }

const log = (all: readonly Told[]) =>
  async function* (): AsyncGenerator<readonly LoggedRecord[]> {
    yield all.map((record, offset) => ({ ...record, partition: 0, offset, loggedAt: 0 }))
  }

const owned = async (all: readonly Told[]): Promise<number[]> => {
  const { belongings } = await Person.find('ann', log(all))
  return all.flatMap(({ topic, value }, index) => (belongings.owns(topic, value) ? [index] : []))
}

describe('what is somebody’s', () => {
  test('is what they did, also before they logged in, and what comes back of their orders', async () => {
    const all = [
      click('s1'),
      click('s1', 'ann'),
      click('s2'),
      click('s3', 'bob'),
      line('o1', 'ann'),
      line('o2', undefined, 'o1:1'),
      line('o3', undefined, 'o2:1'),
      line('o4'),
      click('s4', undefined, { payload: { extra: { user: 'ann' } } }),
      { topic: 'customers', value: { customer_id: 'ann' } },
      { topic: 'products', value: { sku: 'ann' } },
    ]
    expect(await owned(all)).toEqual([0, 1, 4, 5, 6, 8, 9])
    const { ids } = await Person.find('ann', log(all))
    expect([[...ids.sessions], [...ids.orders], [...ids.shared]]).toEqual([['s1'], ['o1', 'o2', 'o3'], []])
  })

  test('is found whichever comes first, the order or what reverses it', async () => {
    expect(
      await owned([line('o3', undefined, 'o2:1'), line('o2', undefined, 'o1:1'), line('o1', 'ann')]),
    ).toEqual([0, 1, 2])
  })

  test('of a visit that two share is all but what the other did; its id is not theirs alone', async () => {
    const all = [
      click('s1', 'ann'),
      click('s1'),
      click('s1', 'bob'),
      line('o1', 'ann'),
      line('o2', 'bob', 'o1:1'),
    ]
    expect(await owned(all)).toEqual([0, 1, 3])
    const { ids, own } = await Person.find('ann', log(all))
    expect([[...ids.sessions], [...ids.orders], [...ids.shared]]).toEqual([[], [], ['s1', 'o1']])
    expect(own).toEqual([{ kind: 'customer', id: 'ann' }])
  })

  test('names them in a text only as a whole word, also with a line number or a mark after it', async () => {
    const { belongings } = await Person.find('c-1', log([line('o-1', 'c-1')]))
    const named = ['"c-1"', 'by c-1.', '{"reverses":"o-1:7"}', 'c-17', 'ac-1', 'o-12:1']
    expect(named.map(belongings.isNamedIn)).toEqual([true, true, true, false, false, false])
  })
})
