import { type Answer, type Asked, FakeService, listening } from '../fake-service.ts'
import { failure } from './failure.ts'
import { FakeIdentity } from './fake-identity.ts'
import { FakeModels } from './fake-models.ts'
import { FakeRuns } from './fake-runs.ts'
import { FakeServing } from './fake-serving.ts'
import { FakeVolume } from './fake-volume.ts'
import { FakeWarehouse } from './fake-warehouse.ts'

export const TOKEN = 'dapi-fake'

/** A part of a workspace: null for what is none of its. */
export type Part = { answer(asked: Asked): Answer | null | Promise<Answer | null> }

/** A Databricks workspace in one process, for tests: what Endcap asks of one, by rules of its own. */
export class FakeWorkspace extends FakeService {
  /** Bearer tokens that are taken. */
  readonly tokens = new Set([TOKEN])
  readonly models = new FakeModels()
  readonly warehouse = new FakeWarehouse()
  readonly serving = new FakeServing()
  readonly volume = new FakeVolume()
  readonly #identity = new FakeIdentity(this.tokens)
  readonly #parts: readonly Part[] = [
    this.models,
    new FakeRuns(),
    this.warehouse,
    this.serving,
    this.volume,
    this.#identity,
  ]

  static async start(): Promise<FakeWorkspace> {
    return listening(new FakeWorkspace())
  }

  protected override async answer(asked: Asked): Promise<Answer> {
    const free = this.warehouse.store(asked) ?? this.#identity.token(asked)
    if (free !== null) return free
    if (!this.tokens.has(asked.authorization.replace(/^Bearer /, '')))
      return failure(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type')
    for (const part of this.#parts) {
      const answer = await part.answer(asked)
      if (answer !== null) return answer
    }
    return failure(404, 'ENDPOINT_NOT_FOUND', `No API found for '${asked.method} ${asked.url.pathname}'`)
  }
}
