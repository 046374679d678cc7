import type { Logger } from '../../core/logger.ts'
import { affinityOf } from '../../models/affinity/affinity-artefact.ts'
import { storedRanker } from '../../models/rankers/ranker-artefact.ts'
import type { ArtefactRegistry, StoredArtefact } from '../../models/registry/artefact-registry.ts'
import { checkDefinitions, modelDefinitions } from '../../recommend/ranking/model-definitions.ts'
import type { ServingModel } from '../../recommend/recommender.ts'
import { catalog } from '../shop.ts'

/** How often the registry is asked which model is current. */
const POLL_MS = 1000

/** The current model of a registry, swapped as soon as another one is promoted. Requests never wait for it. */
export class PublishedModel implements AsyncDisposable {
  readonly #registry: ArtefactRegistry
  readonly #logger: Logger
  #model: ServingModel | null = null
  #timer: NodeJS.Timeout | undefined
  /** What was said of the model that cannot be loaded. */
  #complaint: string | null = null

  private constructor(registry: ArtefactRegistry, logger: Logger) {
    this.#registry = registry
    this.#logger = logger
  }

  /** Loads what is current and watches for the next. @throws EndcapError CORRUPT_ARTEFACT, INCOMPATIBLE_ARTEFACT for the first one */
  static async watch(registry: ArtefactRegistry, logger: Logger): Promise<PublishedModel> {
    const published = new PublishedModel(registry, logger)
    await published.#refresh()
    published.#schedule()
    return published
  }

  /** Null before the first training. */
  current = (): ServingModel | null => this.#model

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
  }

  async #refresh(): Promise<void> {
    const version = await this.#registry.current()
    if (version === null || version === this.#model?.version) return
    const stored = await this.#registry.load(version)
    const { skus, weights } = affinityOf(stored)
    this.#model = {
      version,
      trainedAt: stored.manifest.trained_at,
      affinity: { weights, skus },
      ...rankerPart(stored),
    }
    this.#complaint = null
    this.#logger.info({ model: version }, 'serving model')
  }

  /** A model that cannot be loaded is tried again each time and said once; the one before goes on serving. */
  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#refresh()
        .catch((error: unknown) => this.#complain(error))
        .finally(() => this.#schedule())
    }, POLL_MS).unref()
  }

  #complain(error: unknown): void {
    const complaint = String(error)
    if (complaint === this.#complaint) return
    this.#complaint = complaint
    this.#logger.error(
      { err: error, serving: this.#model?.version ?? null },
      'the published model cannot be loaded; what was served goes on',
    )
  }
}

/** @throws EndcapError CORRUPT_ARTEFACT; INCOMPATIBLE_ARTEFACT if it was trained by other definitions than those here */
function rankerPart(stored: StoredArtefact): Pick<ServingModel, 'ranker'> {
  const ranker = storedRanker(stored)
  checkDefinitions(stored.manifest, modelDefinitions(catalog, ranker), stored.place)
  return ranker === null ? {} : { ranker }
}
