import { Command, InvalidArgumentError } from 'commander'
import { createLogger } from '../../core/logger.ts'
import { formatOf, IMPORT_FORMATS } from '../../datagen/importers/formats.ts'
import { type Consent, NO_CONSENT } from '../../datagen/importers/import-format.ts'
import { type ImportCounts, importData } from '../importing/import-data.ts'
import { tableReader } from '../importing/table-reader.ts'
import { openFollowedLake } from '../lake.ts'
import { counted, runSteps, secondsSince } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap generate --to shop-events && endcap import shop-events --data-dir shop
  endcap import online-retail/ --data-dir shop --consent all
  endcap import events/ --data-dir shop --consent personalisation,training
  endcap import sales.csv --data-dir shop --topic orders --map "Customer ID=customer_id" --map Qty=quantity \\
    --map "Unit price=price" --set currency=GBP`

type Options = {
  readonly dataDir: string
  readonly format?: string
  readonly topic?: string
  readonly map: Pairs
  readonly set: Pairs
  readonly consent: Consent
  readonly json?: boolean
}

/** `endcap import`: real or generated data into the log and the lake of a data folder. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'append data to the log and the lake of a data folder; what is there already does not count again',
    )
    .argument('<path>', 'file or folder to read')
    .requiredOption('--data-dir <dir>', 'data folder of the shop; made if it is not there')
    .option(
      '--format <name>',
      `one of ${IMPORT_FORMATS.map(({ name }) => name).join(', ')} (default: recognised)`,
    )
    .option(
      '--topic <name>',
      'what the rows of a csv, json-lines or parquet file or a delta table are (default: its name)',
    )
    .option(
      '--map <column=field>',
      'column of such a file that is a field of ours; repeatable',
      mapped,
      new Map(),
    )
    .option('--set <field=value>', 'field that is the same in every row; repeatable', fixed, new Map())
    .option(
      '--consent <list>',
      'what people agreed to where the data does not say: all, none, or of personalisation,demographics,training',
      parseConsent,
      NO_CONSENT,
    )
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

/** @throws InvalidArgumentError for an unknown word */
export function parseConsent(text: string): Consent {
  if (text === 'none') return NO_CONSENT
  if (text === 'all') return { personalisation: true, demographics: true, training: true }
  const words = new Set(text.split(',').map((word) => word.trim()))
  const consent = {
    personalisation: words.delete('personalisation'),
    demographics: words.delete('demographics'),
    training: words.delete('training'),
  }
  if (words.size === 0) return consent
  throw new InvalidArgumentError(
    `'${[...words].join(', ')}' is not all, none, or one of ${Object.keys(NO_CONSENT)}.`,
  )
}

type Pairs = ReadonlyMap<string, string>

/** The last `=` divides, so that the name of a column can hold one. */
const mapped = (text: string, before: Pairs): Pairs => withPair(text, text.lastIndexOf('='), before)

/** The first `=` divides, so that a value can hold one. */
const fixed = (text: string, before: Pairs): Pairs => withPair(text, text.indexOf('='), before)

function withPair(text: string, at: number, before: Pairs): Pairs {
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError(`'${text}' is not like left=right.`)
  const left = text.slice(0, at)
  if (before.has(left)) throw new InvalidArgumentError(`'${left}' is given twice.`)
  return new Map([...before, [left, text.slice(at + 1)]])
}

async function run(
  path: string,
  { dataDir, format: name, consent, json, ...choices }: Options,
): Promise<void> {
  const startedAt = performance.now()
  const format = formatOf(path, name)
  const logger = createLogger('warn')
  let counts: ImportCounts | undefined
  let lakePosition = 0
  await runSteps([
    {
      title: `importing ${format.name}`,
      run: async (report) => {
        const imported = format.read(path, consent, { ...choices, tables: tableReader })
        counts = await importData({ dataDir, imported, logger, report })
        return `${counted(total(counts.accepted))} events`
      },
    },
    {
      title: 'writing the lake',
      run: async (report) => {
        using lake = await openFollowedLake(dataDir, report)
        lakePosition = lake.position
        return `${counted(lakePosition)} records`
      },
    },
  ])
  if (counts === undefined) throw new Error('bug: the import step did not run')
  print({ counts, format: format.name, path, lakePosition, seconds: secondsSince(startedAt) }, json === true)
}

type Outcome = {
  readonly counts: ImportCounts
  readonly format: string
  readonly path: string
  readonly lakePosition: number
  readonly seconds: number
}

const total = (tally: Readonly<Record<string, number>>): number =>
  Object.values(tally).reduce((sum, count) => sum + count, 0)

function print({ counts, format, path, lakePosition, seconds }: Outcome, asJson: boolean): void {
  const { accepted, duplicates, skipped, noted, refused, logPosition } = counts
  if (asJson) {
    const line = {
      path,
      format,
      accepted: total(accepted),
      duplicates: total(duplicates),
      skipped: total(skipped),
      refused: total(refused),
      by_topic: accepted,
      duplicates_by_topic: duplicates,
      skipped_by_rule: skipped,
      noted_by_rule: noted,
      refused_by_reason: refused,
      log_position: logPosition,
      lake_position: lakePosition,
      seconds,
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
    return
  }
  const list = (tally: Readonly<Record<string, number>>) =>
    Object.entries(tally)
      .map(([name, count]) => `${counted(count)} ${name}`)
      .join(', ')
  const parts = (tally: Readonly<Record<string, number>>) =>
    total(tally) === 0 ? '0' : `${counted(total(tally))} (${list(tally)})`
  process.stdout.write(`accepted   ${parts(accepted)}
duplicates ${parts(duplicates)}
skipped    ${parts(skipped)}
${total(noted) === 0 ? '' : `noted      ${list(noted)}\n`}refused    ${parts(refused)}${total(refused) === 0 ? '' : ', kept as dead letters'}
log at ${counted(logPosition)} after ${seconds} s\n`)
  if ((duplicates['customers'] ?? 0) > 0) {
    process.stderr.write(
      'Customers that were already there keep the consent that they have; post a newer version to change it.\n',
    )
  }
}
