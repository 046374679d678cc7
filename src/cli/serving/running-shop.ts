import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { publishedScorer } from '../../models/rankers/published-scorer.ts'
import { artefactFolder } from '../../models/registry/folder/artefact-folder.ts'
import { createRecommender, type ServingModel } from '../../recommend/recommender.ts'
import type { DecisionStore } from '../../recommend/records/decision-store.ts'
import { openLmdbDecisionStore } from '../../recommend/records/lmdb/lmdb-decision-store.ts'
import type { KeySource } from '../../serving/access/access-control.ts'
import { KeyFile } from '../../serving/access/key-file.ts'
import { isLoopback } from '../../serving/access/loopback.ts'
import { closeGracefully, Drain, type Farewell } from '../../serving/drain.ts'
import { Metrics } from '../../serving/metrics/metrics.ts'
import type { ShopFigures } from '../../serving/metrics/shop-figures.ts'
import { bundleRoutes } from '../../serving/routes/bundles.ts'
import { customerRoutes } from '../../serving/routes/customers.ts'
import { deadLetterRoutes } from '../../serving/routes/dead-letters.ts'
import { decisionRoutes } from '../../serving/routes/decisions.ts'
import { eventRoutes } from '../../serving/routes/events.ts'
import { healthRoutes } from '../../serving/routes/health.ts'
import { invocationRoutes } from '../../serving/routes/invocations.ts'
import { metricsRoutes } from '../../serving/routes/metrics.ts'
import { rankRoutes } from '../../serving/routes/rank.ts'
import { recommendationRoutes } from '../../serving/routes/recommendations.ts'
import { similarRoutes } from '../../serving/routes/similar.ts'
import { createServer, type RoutePlugin } from '../../serving/server.ts'
import { type EmbeddedShop, openShop, type ShopOptions, shopFolders } from '../embedded-shop.ts'
import { ServedErasures } from '../erasing/erasure-desk.ts'
import { LakeSegments } from './lake-segments.ts'
import { PublishedModel } from './published-model.ts'

export type ServingOptions = {
  readonly dataDir: string
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  readonly logger: Logger
  readonly clock?: Clock
  /** Requests a second for each key or address; 0: no limit. */
  readonly rateLimitPerSecond?: number
  readonly farewell?: Farewell
  /** Opens the shop; that of the embedded profile if absent. */
  readonly open?: (options: ShopOptions) => Promise<EmbeddedShop>
  /** Routes beside the public API: the demo's page. */
  readonly extraRoutes?: (shop: EmbeddedShop) => readonly RoutePlugin[]
}

/** A shop that answers over HTTP, until it is closed. */
export type RunningShop = {
  readonly url: string
  readonly shop: EmbeddedShop
  /** Resolves when what groups of people buy has been read, which a large lake delays beyond the start. */
  readonly settled: () => Promise<void>
  /** Answers what is under way, refuses what is new, checkpoints, closes. */
  readonly close: () => Promise<void>
}

/** The first reading of the lake is waited for so long. */
const SEGMENTS_WAIT_MS = 5000

const FAREWELL: Farewell = { lingerMs: 200, deadlineMs: 10_000 }

/**
 * Opens a data folder and answers over HTTP.
 * @throws EndcapError FOLDER_IN_USE, DATA_FOLDER, CORRUPT, CORRUPT_ARTEFACT; USAGE if the port is taken, or if
 *   others than this machine could reach it and there are no keys
 */
export async function serveShop(options: ServingOptions): Promise<RunningShop> {
  const { dataDir, host, logger, clock = systemClock } = options
  const keys = new KeyFile(shopFolders(dataDir).keys, logger)
  requireKeysBeyondLoopback(host, keys, dataDir)
  const { open = openShop } = options
  const shop = await open({ dataDir, logger, clock })
  try {
    const model = await PublishedModel.watch(artefactFolder(shopFolders(dataDir).models), logger)
    const asOf = () => Math.min(clock(), shop.state.newestAt() + 1)
    const segments = LakeSegments.watch({ dataDir, logger, asOf })
    // So that the first answer is that of before the start, unless the lake is large.
    await Promise.race([segments.settled(), sleep(SEGMENTS_WAIT_MS, undefined, { ref: false })])
    const decisions = await openLmdbDecisionStore({ folder: shopFolders(dataDir).decisions, logger })
    return await listen({ ...options, clock, keys, shop, model, segments, decisions }).catch(
      async (error) => {
        await decisions.close()
        throw error
      },
    )
  } catch (error) {
    await shop.close()
    throw error
  }
}

type Parts = ServingOptions & {
  readonly clock: Clock
  readonly keys: KeySource
  readonly shop: EmbeddedShop
  readonly model: PublishedModel
  readonly segments: LakeSegments
  readonly decisions: DecisionStore
}

async function listen(parts: Parts): Promise<RunningShop> {
  const {
    shop,
    model,
    segments,
    decisions,
    host,
    port,
    logger,
    keys,
    clock,
    farewell = FAREWELL,
    rateLimitPerSecond = 0,
  } = parts
  const drain = new Drain()
  const isReady = () => shop.writer.isReady && !drain.isDraining
  const metrics = new Metrics(() => ({ ...figuresOf(shop, model.current(), clock()), ready: isReady() }))
  const app = await createServer({
    logger,
    version: packageVersion(),
    keys,
    drain,
    observe: metrics.observe,
    rateLimitPerSecond,
    routes: [...routesOf(parts, isReady), metricsRoutes(metrics)],
  })
  const url = await app.listen({ host, port }).catch(async (cause: unknown) => {
    metrics.close()
    throw new EndcapError('USAGE', `cannot listen on ${host}:${port}`, {
      cause,
      remedy: 'Choose another --port, or stop what listens there.',
    })
  })
  const close = async () => {
    await closeGracefully(app, drain, farewell)
    metrics.close()
    await decisions.close()
    await segments[Symbol.asyncDispose]()
    await model[Symbol.asyncDispose]()
    await shop.close()
  }
  return { url, shop, settled: segments.settled, close }
}

function routesOf(parts: Parts, isReady: () => boolean): RoutePlugin[] {
  const { shop, model, segments, decisions, clock, extraRoutes, dataDir, logger } = parts
  const { state, writer, intake } = shop
  const erasures = new ServedErasures({ dataDir, writer, clock, refusal: shop.erasureRefusal })
  if (erasures.pendingCount > 0) {
    logger.warn({ pending: erasures.pendingCount }, 'people wait to be erased: run `endcap erase --pending`')
  }
  const recommender = createRecommender({
    state: erasures.stateWithout(state),
    model: model.current,
    segments: segments.current,
    clock,
    record: decisions.put,
  })
  recommender.warm()
  return [
    healthRoutes(() => ({
      ready: isReady(),
      logPosition: writer.logPosition,
      appliedPosition: writer.appliedPosition,
      model: model.current()?.version ?? null,
    })),
    eventRoutes(intake),
    recommendationRoutes(recommender),
    rankRoutes(recommender),
    bundleRoutes(recommender),
    invocationRoutes(
      publishedScorer(() => model.current()?.ranker),
      packageVersion(),
    ),
    decisionRoutes(decisions),
    similarRoutes(recommender),
    customerRoutes(state, erasures),
    deadLetterRoutes(shop.log, writer),
    ...(extraRoutes?.(shop) ?? []),
  ]
}

function figuresOf(
  { log, state, writer }: EmbeddedShop,
  model: ServingModel | null,
  now: number,
): Omit<ShopFigures, 'ready'> {
  return {
    logPosition: writer.logPosition,
    appliedPosition: writer.appliedPosition,
    savedPosition: state.savedPosition(),
    deadLetters: log.deadLetterCount,
    model,
    now,
    events: writer.ingestCounts(),
  }
}

/** @throws EndcapError USAGE */
function requireKeysBeyondLoopback(host: string, keys: KeySource, dataDir: string): void {
  if (isLoopback(host) || keys.hasKeys) return
  throw new EndcapError('USAGE', `without API keys it does not listen on '${host}'`, {
    remedy:
      `Make one: \`endcap keys create --data-dir ${dataDir} --scope ingest,recommend\`; ` +
      'or listen on 127.0.0.1.',
  })
}

/** Resolves at SIGINT or SIGTERM, after a graceful shutdown; another signal meanwhile ends the process at once. */
export async function serveUntilSignal(running: RunningShop, logger: Logger): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (name: NodeJS.Signals) => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      resolve(name)
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  })
  logger.info({ signal }, 'shutting down')
  await running.close()
}

function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}
