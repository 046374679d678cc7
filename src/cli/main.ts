import { Command, CommanderError } from 'commander'
import { EndcapError } from '../core/errors.ts'
import { COMMANDS } from './commands/registry.ts'

/** The composition root: finds the verb, loads its command alone, turns errors into exit codes. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('endcap')
    .description('Personalisation pipeline for online shops: events in, explained recommendations out.')
    .showHelpAfterError('(see `endcap --help`)')
    .exitOverride()
  const verb = argv.find((word) => !word.startsWith('-'))
  const loader = COMMANDS.find((command) => command.verb === verb)
  if (loader === undefined) {
    for (const { verb: name, summary } of COMMANDS) program.command(name).description(summary)
    program.addHelpText('after', EXAMPLES)
  } else {
  }
  try {
    if (loader !== undefined) {
      const command = await loader.load()
      if (loader.isEmbeddedOnly === true) (await import('./streaming/embedded-only.ts')).embeddedOnly(command)
      program.addCommand(command.exitOverride())
    }
    await program.parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return report(error)
  }
}

const EXAMPLES = `
Examples:
  endcap demo                                        a synthetic shop, from events to recommendations
  endcap import orders/ --data-dir shop --consent all
  endcap backfill --data-dir shop && endcap train --data-dir shop
  endcap serve --data-dir shop --port 8080
  endcap verify --engines inprocess,duckdb`

/** 2 for wrong usage, 1 for anything else that failed; 0 for help and version. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.code.startsWith('commander.help') || error.code === 'commander.version' ? 0 : 2
  }
  if (error instanceof EndcapError) {
    process.stderr.write(`endcap: ${error.code}: ${error.message}\n  what to do: ${error.remedy}\n`)
    if (error.cause instanceof Error) process.stderr.write(`  caused by: ${error.cause.message}\n`)
    return error.code === 'USAGE' ? 2 : 1
  }
  process.stderr.write(`endcap: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}

process.exitCode = await main(process.argv.slice(2))
