import { Command, Option } from 'commander'
import type { Verdict } from '../doctor/check.ts'
import { diagnose, PROFILES, type Profile } from '../doctor/diagnosis.ts'

const EXAMPLES = `
Examples:
  endcap doctor                        this machine: Node, packages, room, the catalog
  endcap doctor --profile stack        and what Kafka, Flink and Spark need here
  endcap doctor --profile cloud        and the settings of Confluent and Databricks: set, reachable, accepted
  endcap doctor --profile cloud --json | grep '"failed"'

Ends with exit code 1 if anything fails. Secrets are never shown.`

type Options = { readonly profile: Profile; readonly dataDir: string; readonly json?: boolean }

/** `endcap doctor`: what is missing here, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look for what is missing on this machine or wrong in its settings, and say what to do')
    .addOption(new Option('--profile <name>', 'what is to run').choices(PROFILES).default('embedded'))
    .option('--data-dir <dir>', 'where the data of a shop would lie', '.')
    .option('--json', 'one JSON object per check on stdout')
    .addHelpText('after', EXAMPLES)
    .action(doctor)
}

async function doctor({ profile, dataDir, json }: Options): Promise<void> {
  const verdicts = await diagnose({ profile, dataDir, env: process.env })
  for (const verdict of verdicts)
    process.stdout.write(`${json === true ? JSON.stringify(verdict) : lines(verdict)}\n`)
  if (verdicts.some(({ state }) => state !== 'ok')) process.exitCode = 1
}

function lines({ check, state, message, remedy }: Verdict): string {
  const line = `${state.padEnd(8)}${check}: ${message}`
  return remedy === null ? line : `${line}\n          what to do: ${remedy}`
}
