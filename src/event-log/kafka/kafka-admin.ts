import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import { EndcapError } from '../../core/errors.ts'
import { clientOptions } from './client-options.ts'
import { kafkaRequest } from './kafka-error.ts'
import type { KafkaConnection, TopicSpec } from './kafka-types.ts'

const POLL_MS = 50
const SETTLE_MS = 30_000

const topicConfig = (topic: TopicSpec): { name: string; value: string }[] =>
  Object.entries({
    'cleanup.policy': topic.compacted === true ? 'compact' : 'delete',
    ...topic.config,
  }).map(([name, value]) => ({ name, value }))

/** Topics: make, list, delete. Close it after use. */
export class KafkaAdmin {
  readonly #admin: Admin

  constructor(connection: KafkaConnection) {
    this.#admin = new Admin({
      ...clientOptions('admin', connection),
    })
  }

  /** Without Kafka's internal ones, sorted. @throws EndcapError ENGINE_FAILED */
  async listTopics(): Promise<readonly string[]> {
    return (await kafkaRequest('list topics', () => this.#admin.listTopics())).sort()
  }

  /**
   * Creates the topics and returns when each partition has a leader, so that the next request finds it.
   * @throws EndcapError ENGINE_FAILED, also if one exists already
   */
  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const topic of topics) {
      await kafkaRequest(`create topic '${topic.name}'`, () =>
        this.#admin.createTopics({
          topics: [topic.name],
          partitions: topic.partitions,
          replicas: 1,
          configs: topicConfig(topic),
        }),
      )
    }
    await this.#settle(`topics ${topics.map(({ name }) => name).join(', ')} have no leaders`, async () => {
      const names = topics.map(({ name }) => name)
      const metadata = await this.#admin.metadata({ topics: names, forceUpdate: true })
      return topics.every(({ name, partitions }) => {
        const found = metadata.topics.get(name)
        return found?.partitionsCount === partitions && found.partitions.every(({ leader }) => leader >= 0)
      })
    })
  }

  /**
   * Creates those of the topics that are not there, also while another process does, and returns when all have leaders.
   * Topics that are there stay as they are. @throws EndcapError ENGINE_FAILED
   */
  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    const existing = new Set(await this.listTopics())
    for (const topic of topics.filter(({ name }) => !existing.has(name))) {
      try {
        await this.createTopics([topic])
      } catch (error) {
        if (!(error instanceof EndcapError && /already exists/i.test(error.message))) throw error
      }
    }
    const names = topics.map(({ name }) => name)
    await this.#settle(`topics ${names.join(', ')} have no leaders`, async () => {
      const metadata = await this.#admin.metadata({ topics: names, forceUpdate: true })
      return names.every(
        (name) => metadata.topics.get(name)?.partitions.every(({ leader }) => leader >= 0) === true,
      )
    })
  }

  /** Deletes the topics that exist and returns when they are gone. @throws EndcapError ENGINE_FAILED */
  async deleteTopics(names: readonly string[]): Promise<void> {
    const existing = new Set(await this.listTopics())
    const doomed = names.filter((name) => existing.has(name))
    if (doomed.length === 0) return
    await kafkaRequest(`delete topics ${doomed.join(', ')}`, () =>
      this.#admin.deleteTopics({ topics: doomed }),
    )
    await this.#settle(`topics ${doomed.join(', ')} are still there`, async () => {
      const left = await this.listTopics()
      return doomed.every((name) => !left.includes(name))
    })
  }

  close(): Promise<void> {
    return this.#admin.close()
  }

  /** The controller answers before the brokers have heard of it: ask until they have. */
  async #settle(complaint: string, isSettled: () => Promise<boolean>): Promise<void> {
    const giveUpAt = Date.now() + SETTLE_MS
    // Metadata of a topic that the broker has not heard of yet is an error, not an empty answer.
    while (!(await isSettled().catch(() => false))) {
      if (Date.now() > giveUpAt) {
        throw new EndcapError('ENGINE_FAILED', `${complaint} after ${SETTLE_MS / 1000} s`, { place: 'kafka' })
      }
      await sleep(POLL_MS)
    }
  }
}
