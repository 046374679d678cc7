import type { Finding } from '../finding.ts'
import type { Changes } from '../platform.ts'
import type { DatabricksDeployment, DeployedTable } from './deployment.ts'

/**
 * What happens to state when one deployment follows another. Silver and gold are computed of bronze at any time, so
 * what is computed no longer is no loss; bronze is the log, and may be all that is left of it.
 */
export function databricksChanges(before: DatabricksDeployment, after: DatabricksDeployment): Changes {
  const lost = (what: string, was: readonly string[], is: readonly string[]): readonly Finding[] =>
    was.filter((name) => !is.includes(name)).map((name) => ({ name, message: `the ${what} is gone` }))
  return {
    losses: [
      ...lost('schema, with all that is in it,', before.schemas, after.schemas),
      ...lost('volume, with its files,', before.volumes, after.volumes),
      ...lost('model, with its versions,', before.models, after.models),
      ...before.tables.filter(isLog).flatMap((was) => logLosses(was, find(after, was))),
    ],
    notes: [...columnNotes(before, after), ...tableNotes(before, after)],
  }
}

const isLog = ({ columns }: DeployedTable): boolean => Object.keys(columns).length > 0

const find = ({ tables }: DatabricksDeployment, { name }: DeployedTable): DeployedTable | undefined =>
  tables.find((table) => table.name === name)

function logLosses({ name, columns }: DeployedTable, is: DeployedTable | undefined): readonly Finding[] {
  if (is === undefined) return [{ name, message: 'the table is gone, and all of its records' }]
  return Object.entries(columns).flatMap(([column, type]) => {
    const now = is.columns[column]
    if (now === type) return []
    return [
      {
        name,
        message:
          now === undefined
            ? `the column '${column}' is gone`
            : `the column '${column}' was ${type} and is ${now}: the table is made anew, empty`,
      },
    ]
  })
}

/** The scripts make tables that are missing and alter none. */
function columnNotes(before: DatabricksDeployment, after: DatabricksDeployment): readonly Finding[] {
  return before.tables.filter(isLog).flatMap((was) =>
    Object.entries(find(after, was)?.columns ?? {})
      .filter(([column]) => !(column in was.columns))
      .map(([column, type]) => ({
        name: was.name,
        message: `before the next run: ALTER TABLE ${was.name} ADD COLUMN \`${column}\` ${type}`,
      })),
  )
}

function tableNotes(before: DatabricksDeployment, after: DatabricksDeployment): readonly Finding[] {
  return [
    ...after.tables
      .filter((table) => find(before, table) === undefined)
      .map(({ name }) => ({ name, message: 'the table is new' })),
    ...before.tables
      .filter((table) => !isLog(table) && find(after, table) === undefined)
      .map(({ name }) => ({ name, message: 'is computed no longer; the table stays until it is dropped' })),
  ]
}
