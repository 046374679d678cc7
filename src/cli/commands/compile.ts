import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { fileText, SQL_TARGETS, type SqlEngine, type SqlTarget, sqlFiles } from '../../compile/sql-files.ts'
import { EndcapError } from '../../core/errors.ts'
import { catalogDefinitions } from '../verification/definitions.ts'

type CompileOptions = { readonly engine: SqlEngine; readonly dialect?: string; readonly out?: string }

export function compileCommand(): Command {
  return new Command('compile')
    .description('print the SQL of the catalog for an engine: statements in the order in which they run')
    .addOption(
      new Option('--engine <name>', 'whose SQL').choices(Object.keys(SQL_TARGETS)).makeOptionMandatory(),
    )
    .option(
      '--dialect <name>',
      `of Flink ${SQL_TARGETS.flink.join(' or ')}, of Spark ${SQL_TARGETS.spark.join(' or ')} (default: the first)`,
    )
    .option('--out <dir>', 'one file a statement, instead of stdout')
    .action(compile)
}

function compile(options: CompileOptions): void {
  const files = sqlFiles(catalogDefinitions(), targetOf(options))
  const { out } = options
  if (out === undefined) {
    for (const { name, sql } of files) process.stdout.write(`-- ${name}\n${fileText(sql)}\n`)
    return
  }
  mkdirSync(out, { recursive: true })
  for (const { name, sql } of files) writeFileSync(join(out, name), fileText(sql))
}

function targetOf({ engine, dialect }: CompileOptions): SqlTarget {
  const dialects: readonly string[] = SQL_TARGETS[engine]
  const chosen = dialect ?? dialects[0]
  if (chosen !== undefined && dialects.includes(chosen)) return { engine, dialect: chosen } as SqlTarget
  throw new EndcapError('USAGE', `${engine} has no dialect '${dialect}'`, {
    place: '--dialect',
    remedy: `Dialects of ${engine}: ${SQL_TARGETS[engine].join(', ')}.`,
  })
}
