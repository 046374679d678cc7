import { Command, InvalidArgumentError, Option } from 'commander'
import { SCRIPT_NAMES, type ScriptName } from '../../compile/spark/medallion.ts'
import { EndcapError } from '../../core/errors.ts'
import { warehouseSql } from '../../features/lake/databricks/warehouse-sql.ts'
import { Lakehouse, REFRESH } from '../../features/lake/lakehouse.ts'
import { databricksWorkspace } from '../databricks/workspace.ts'
import { type Report, runSteps } from '../progress.ts'
import { catalogDefinitions } from '../verification/definitions.ts'

const EXAMPLES = `
Examples:
  endcap lakehouse run --catalog main                           silver, gold tiles and gold pairs anew from bronze
  endcap lakehouse run --catalog main --scripts 90.erase,10.silver,20.tiles,30.pairs
  endcap lakehouse rows product_activity --catalog main | head

Needs DATABRICKS_HOST, and DATABRICKS_TOKEN or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET. The scripts are those of
\`endcap compile --engine spark --dialect databricks\`; each may be run again at any time. A signal cancels the statement.`

type Options = {
  readonly warehouse?: string
  readonly catalog: string
  readonly scripts: readonly ScriptName[]
}

/** `endcap lakehouse run|rows`: bronze, silver and gold of Databricks, through a SQL warehouse. */
export function lakehouseCommand(): Command {
  const command = new Command('lakehouse')
    .description('bring silver and gold of Databricks up to date through a SQL warehouse, and read gold')
    .exitOverride()
  const verb = (name: string, description: string): Command =>
    command
      .command(name)
      .description(description)
      .addOption(new Option('--warehouse <id>', 'id of the SQL warehouse').env('DATABRICKS_WAREHOUSE_ID'))
      .requiredOption('--catalog <name>', 'of Unity Catalog, with the schemas bronze, silver and gold')
  verb('run', 'run the scripts that keep silver and gold')
    .addOption(
      new Option('--scripts <list>', `of ${SCRIPT_NAMES.join(', ')}`)
        .argParser(parseScripts)
        .default(REFRESH),
    )
    .action(run)
  verb('rows', 'print gold of a view or a pair statistic, a JSON object a line')
    .argument('<name>')
    .action(rows)
  return command.addHelpText('after', EXAMPLES)
}

function parseScripts(text: string): readonly ScriptName[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !SCRIPT_NAMES.some((script) => script === name))
  if (unknown.length === 0) return SCRIPT_NAMES.filter((script) => names.includes(script))
  throw new InvalidArgumentError(`unknown: ${unknown.join(', ')}; scripts are ${SCRIPT_NAMES.join(', ')}.`)
}

async function run(options: Options): Promise<void> {
  const lakehouse = opened(options)
  await runSteps(
    SCRIPT_NAMES.filter((name) => options.scripts.includes(name)).map((script) => ({
      title: script,
      run: async (report: Report) => {
        let statements = 0
        await lakehouse.run([script], ({ number, of }) => {
          statements = of
          report(`statement ${number} of ${of}`)
        })
        return `${statements} statements`
      },
    })),
  )
}

/** @throws EndcapError NOT_FOUND if the catalog of definitions has neither a view nor pairs of that name */
async function rows(name: string, options: Options): Promise<void> {
  const { views, batchViews, pairs } = catalogDefinitions()
  const plan = [...views, ...batchViews].find(({ view }) => view.name === name)
  const statistic = pairs.find((one) => one.pairs.name === name)
  if (plan === undefined && statistic === undefined) {
    const known = [...views, ...batchViews]
      .map(({ view }) => view.name)
      .concat(pairs.map((one) => one.pairs.name))
    throw new EndcapError('NOT_FOUND', `there is no view '${name}'`, {
      remedy: `There are ${known.join(', ')}.`,
    })
  }
  const lakehouse = opened(options)
  const found =
    plan !== undefined
      ? await lakehouse.tiles(plan)
      : statistic !== undefined
        ? await lakehouse.pairs(statistic)
        : []
  for (const row of found) process.stdout.write(`${JSON.stringify(row)}\n`)
}

function opened({ warehouse, catalog }: Options): Lakehouse {
  if (warehouse === undefined) {
    throw new EndcapError('USAGE', 'no warehouse is named', {
      remedy: 'Give --warehouse, or set DATABRICKS_WAREHOUSE_ID; the warehouse’s page shows its id.',
    })
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new EndcapError('TIMEOUT', `ended by ${signal}`)))
  }
  const client = databricksWorkspace(process.env)
  const sql = warehouseSql({ client, warehouseId: warehouse, catalog, signal: stop.signal })
  return new Lakehouse({ sql, definitions: catalogDefinitions() })
}
