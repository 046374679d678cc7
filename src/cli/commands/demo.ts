import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import open from 'open'
import { systemClock } from '../../core/clock.ts'
import { createLogger } from '../../core/logger.ts'
import { formatOf } from '../../datagen/importers/formats.ts'
import { DEMO_SIZE } from '../../datagen/synthetic-shop/shop-options.ts'
import { demoClock } from '../demo/demo-clock.ts'
import { demoRoutes } from '../demo/demo-routes.ts'
import { buildPage, type Page, WEB_FOLDER } from '../demo/page-build.ts'
import { openShopState, shopFolders } from '../embedded-shop.ts'
import { writeShop } from '../generating/tell-shop.ts'
import { importData } from '../importing/import-data.ts'
import { openFollowedLake } from '../lake.ts'
import { counted, runSteps, type Step, secondsSince } from '../progress.ts'
import { type RunningShop, serveShop, serveUntilSignal } from '../serving/running-shop.ts'
import { backfill } from '../training/backfill.ts'
import { train } from '../training/train.ts'
import { parseConsent } from './import.ts'
import { parsePort } from './serve.ts'

const EXAMPLES = `
Examples:
  endcap demo                                  a synthetic shop, in the browser
  endcap demo --no-open --port 9000            the same, without opening the browser
  endcap demo --data ../shared/data/online-retail   real orders, everybody counted as consenting`

/** `endcap demo`: from events to explained recommendations on a page, in one command. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('generate a shop, learn from it, serve it with a page to click on')
    .option('--data <path>', 'import this file or folder in place of a synthetic shop')
    .option(
      '--data-dir <dir>',
      'data folder to keep and to use again (default: one that is deleted at the end)',
    )
    .option('--port <port>', 'port to listen on, 0 for any free one', parsePort, 8080)
    .option('--no-open', 'do not open the browser')
    .option('--no-page', 'serve the API alone: neither install nor build the page')
    .option('--json', 'one JSON object with the address on stdout once it answers')
    .addHelpText('after', EXAMPLES)
    .action(demo)
}

type Options = {
  readonly data?: string
  readonly dataDir?: string
  readonly port: number
  readonly open: boolean
  readonly page: boolean
  readonly json?: boolean
}

async function demo(options: Options): Promise<void> {
  const startedAt = performance.now()
  const scratch = mkdtempSync(join(tmpdir(), 'endcap-demo-'))
  const logger = createLogger('warn')
  try {
    const dataDir = options.dataDir ?? join(scratch, 'shop')
    const pages: Page[] = []
    const isMade = options.data === undefined && existsSync(shopFolders(dataDir).manifest)
    await runSteps([
      ...(options.page ? [pageStep((page) => pages.push(page))] : []),
      ...(isMade ? [] : stepsOf(options.data, scratch, dataDir)),
    ])
    const clock = demoClock(await newestEventOf(dataDir), systemClock)
    const page = pages[0] ?? NO_PAGE
    const running = await serveShop({
      dataDir,
      port: options.port,
      host: '127.0.0.1',
      logger,
      clock,
      extraRoutes: ({ state }) => demoRoutes({ state, clock, page }),
    })
    announce(running, secondsSince(startedAt), options.json === true)
    if (options.open) await open(running.url).catch(() => undefined)
    await serveUntilSignal(running, logger)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const NO_PAGE: Page = { kind: 'absent', reason: 'It was not asked for.' }

const pageStep = (take: (page: Page) => void): Step => ({
  title: 'building the page',
  run: async (report) => {
    const page = await buildPage(WEB_FOLDER, report)
    take(page)
    if (page.kind === 'absent') return `not there, the API answers without it. ${page.reason}`
    return page.wasReused ? 'as built before' : 'done'
  },
})

/** Instant of a shop's newest event, epoch ms; 0 if there is none. */
async function newestEventOf(dataDir: string): Promise<number> {
  const state = await openShopState({ dataDir })
  const newestAt = state.newestAt()
  await state.close()
  return newestAt
}

function stepsOf(data: string | undefined, scratch: string, dataDir: string): readonly Step[] {
  const events = data ?? join(scratch, 'events')
  const generate: Step = {
    title: 'making a shop',
    run: async () => {
      const { topics } = await writeShop({ ...DEMO_SIZE, endAt: systemClock() }, events)
      return Object.entries(topics)
        .map(([topic, count]) => `${counted(count)} ${topic}`)
        .join(', ')
    },
  }
  const steps: readonly Step[] = [
    {
      title: 'importing its events',
      run: async (report) => {
        const imported = formatOf(events, undefined).read(events, parseConsent('all'))
        const { accepted } = await importData({ dataDir, imported, logger: createLogger('warn'), report })
        using lake = await openFollowedLake(dataDir, report)
        const sum = Object.values(accepted).reduce((total, count) => total + count, 0)
        return `${counted(sum)} accepted, ${counted(lake.position)} in the lake`
      },
    },
    {
      title: 'computing its statistics',
      run: async (report) => {
        const { tiles } = await backfill(dataDir, report)
        return `${counted(Object.values(tiles).reduce((total, count) => total + count, 0))} tiles`
      },
    },
    {
      title: 'learning what goes with what',
      run: async (report) => {
        const { manifest, shoppers } = await train({ dataDir, report })
        return `model ${manifest.version} from ${counted(shoppers)} shoppers`
      },
    },
  ]
  return data === undefined ? [generate, ...steps] : steps
}

function announce({ url }: RunningShop, seconds: number, asJson: boolean): void {
  if (asJson) process.stdout.write(`${JSON.stringify({ url, seconds })}\n`)
  else process.stdout.write(`\nThe shop answers at ${url} after ${seconds} s. Ctrl-C ends it.\n`)
}
