import type { KafkaReader } from './kafka-reader.ts'
import type { KafkaHeaders, KafkaMessage } from './kafka-types.ts'

/** Place of a record in the one sequence of the shop's writer, and the hash of its id. */
export type LogOrder = { readonly position: number; readonly idHash: bigint }

const POSITION = 'endcap-position'
const ID_HASH = 'endcap-id'

export function orderHeaders({ position, idHash }: LogOrder): KafkaHeaders {
  const [positionBytes, hashBytes] = [Buffer.alloc(8), Buffer.alloc(8)]
  positionBytes.writeBigUInt64BE(BigInt(position))
  hashBytes.writeBigUInt64BE(idHash)
  return { [POSITION]: positionBytes, [ID_HASH]: hashBytes }
}

export const isFromWriter = ({ headers }: KafkaMessage): boolean => headers[POSITION]?.length === 8

/** @throws Error of a message that is not the writer's */
export function orderOf({ headers }: KafkaMessage): LogOrder {
  const [position, idHash] = [headers[POSITION], headers[ID_HASH]]
  if (position === undefined || idHash === undefined) throw new Error('bug: the record has no order')
  return { position: Number(position.readBigUInt64BE()), idHash: idHash.readBigUInt64BE() }
}

/** The last place that is taken; -1 of none. Within a partition places only grow. */
export async function lastPosition(reader: KafkaReader, topics: readonly string[]): Promise<number> {
  let last = -1
  const [starts, ends] = [await reader.startOffsets(topics), await reader.endOffsets(topics)]
  for (const [topic, offsets] of ends) {
    for (const [partition, end] of offsets.entries()) {
      const start = starts.get(topic)?.[partition] ?? 0
      last = Math.max(last, await lastOfPartition(reader, { topic, partition, start, end }))
    }
  }
  return last
}

type Span = {
  readonly topic: string
  readonly partition: number
  readonly start: number
  readonly end: number
}

/** Looks back from the end, further each time: others may have written there. */
async function lastOfPartition(reader: KafkaReader, { topic, partition, start, end }: Span): Promise<number> {
  let to = end
  for (let step = 1; to > start; step *= 8) {
    const from = Math.max(start, to - step)
    let last = -1
    for await (const message of partitionOnly(reader, { topic, partition, start: from, end: to })) {
      if (isFromWriter(message)) last = orderOf(message).position
    }
    if (last >= 0) return last
    to = from
  }
  return -1
}

const partitionOnly = (reader: KafkaReader, { topic, partition, start, end }: Span) => {
  const at = (offset: number) => new Map([[topic, Array.from({ length: partition + 1 }, () => offset)]])
  const to = new Map([
    [topic, Array.from({ length: partition + 1 }, (_, one) => (one === partition ? end : 0))],
  ])
  return reader.read({ topics: [topic], from: at(start), to })
}

/** The writer's records with places in `[from, to)`, in the order of their places. */
export async function* inOrder(
  reader: KafkaReader,
  topics: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<{ readonly position: number; readonly message: KafkaMessage }> {
  const [starts, ends] = [await reader.startOffsets(topics), await reader.endOffsets(topics)]
  const spans = [...ends].flatMap(([topic, offsets]) =>
    offsets.map((end, partition) => ({ topic, partition, start: starts.get(topic)?.[partition] ?? 0, end })),
  )
  const heads: Head[] = []
  for (const span of spans) {
    const head = await nextHead(
      partitionOnly(reader, { ...span, start: await startOf(reader, span, from) }),
      { from, to },
    )
    if (head !== undefined) heads.push(head)
  }
  for (;;) {
    // As many heads as partitions: looking at all of them is no more than a heap would do.
    const first = heads.reduce<Head | undefined>(
      (least, head) => (least === undefined || head.position < least.position ? head : least),
      undefined,
    )
    if (first === undefined) return
    yield first
    const next = await nextHead(first.rest, { from, to })
    heads.splice(heads.indexOf(first), 1, ...(next === undefined ? [] : [next]))
  }
}

type Head = {
  readonly position: number
  readonly message: KafkaMessage
  readonly rest: AsyncGenerator<KafkaMessage, void, undefined>
}

async function nextHead(
  rest: AsyncGenerator<KafkaMessage, void, undefined>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Head | undefined> {
  for (;;) {
    const { value: message, done } = await rest.next()
    if (done === true || message === undefined) return undefined
    if (!isFromWriter(message)) continue
    const { position } = orderOf(message)
    if (position >= to) return undefined
    if (position >= from) return { position, message, rest }
  }
}

/** An offset at or before the first record with a place from `from` on, found by halving. */
async function startOf(reader: KafkaReader, span: Span, from: number): Promise<number> {
  if (from === 0) return span.start
  let [low, high] = [span.start, span.end]
  while (high - low > HALVE_ABOVE) {
    const middle = Math.floor((low + high) / 2)
    const first = await nextHead(partitionOnly(reader, { ...span, start: middle, end: high }), ALL)
    if (first === undefined || first.position >= from) high = middle
    else low = first.message.offset
  }
  return low
}

/** Below this many records it is cheaper to read them than to look for the first. */
const HALVE_ABOVE = 2000
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER } as const
