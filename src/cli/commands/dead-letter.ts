import { Command, InvalidArgumentError } from 'commander'
import { silentLogger } from '../../core/logger.ts'
import {
  allWantedDeadLetters,
  type DeadLetterFilter,
  deadLetterOnWire,
  wantedDeadLetters,
} from '../../event-log/contract/dead-letters.ts'
import type { Redriven } from '../../features/stream/inprocess/redrive.ts'
import { openShop, openShopLog } from '../embedded-shop.ts'
import { counted, runSteps } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap dead-letter list --data-dir shop --reason bad_id --json
  endcap dead-letter redrive --data-dir shop --reason too_late --as-history   the server must be stopped`

/** Letters that are judged and written together. */
const LOT = 10_000

type Options = {
  readonly dataDir: string
  readonly topic?: string
  readonly reason?: string
  readonly from?: number
  readonly limit?: number
  readonly json?: boolean
}

/** `endcap dead-letter`: what was refused, and a second try after a fix. */
export function deadLetterCommand(): Command {
  return new Command('dead-letter')
    .description('events that were refused: list them, or try them again')
    .addCommand(
      meant(
        new Command('list').description('print them, with place, reason and event; works beside a server'),
      )
        .option('--all', 'also those whose events were taken in after all')
        .action(list),
    )
    .addCommand(
      meant(new Command('redrive').description('judge them again and take in those that are sound now'))
        .option('--as-history', 'judge each event at its own instant, not at that of its arrival')
        .action(redriveAll),
    )
    .addHelpText('after', EXAMPLES)
}

const meant = (command: Command): Command =>
  command
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .option('--topic <name>', 'those of a topic alone')
    .option('--reason <reason>', 'those of a reason alone')
    .option('--from <n>', 'from this sequence number on', parseCount)
    .option('--limit <n>', 'at most so many', parseCount)
    .option('--json', 'JSON on stdout: one object a line')

const filterOf = ({ topic, reason, from, limit }: Options): DeadLetterFilter => ({
  ...(topic === undefined ? {} : { topic }),
  ...(reason === undefined ? {} : { reason }),
  ...(from === undefined ? {} : { from }),
  ...(limit === undefined ? {} : { limit }),
})

async function list(options: Options & { readonly all?: boolean }): Promise<void> {
  const log = await openShopLog({ dataDir: options.dataDir, readOnly: true })
  try {
    const filter = { ...filterOf(options), withSettled: options.all === true }
    for await (const letter of wantedDeadLetters(log, filter)) {
      const told = deadLetterOnWire(letter)
      process.stdout.write(`${options.json === true ? JSON.stringify(told) : lineOf(told)}\n`)
    }
  } finally {
    await log.close()
  }
}

const lineOf = (told: ReturnType<typeof deadLetterOnWire>): string => {
  const { sequence, arrived_at: at, topic, reason, field } = told
  const event = 'event' in told ? told.event : `base64 ${told.event_base64}`
  return [sequence, new Date(at).toISOString(), topic ?? '-', reason, field ?? '-', event].join('\t')
}

async function redriveAll(options: Options & { readonly asHistory?: boolean }): Promise<void> {
  const { dataDir, json, asHistory = false } = options
  const counts: Record<Redriven['outcome'], number> = { accepted: 0, duplicate: 0, refused: 0 }
  await runSteps([
    {
      title: 'trying again',
      run: async (report) => {
        const shop = await openShop({ dataDir, logger: silentLogger })
        try {
          const letters = await allWantedDeadLetters(shop.log, filterOf(options))
          for (let start = 0; start < letters.length; start += LOT) {
            const results = await shop.writer.redrive(letters.slice(start, start + LOT), { asHistory })
            for (const { outcome } of results) counts[outcome] += 1
            report(`${counted(start + results.length)} of ${counted(letters.length)}`)
          }
          return `${counted(letters.length)} dead letters`
        } finally {
          await shop.close()
        }
      },
    },
  ])
  const { accepted, duplicate: duplicates, refused } = counts
  const text =
    json === true
      ? JSON.stringify({ accepted, duplicates, refused })
      : `${counted(accepted)} accepted, ${counted(duplicates)} known from before, ${counted(refused)} refused again`
  process.stdout.write(`${text}\n`)
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new InvalidArgumentError('not a whole number.')
}
