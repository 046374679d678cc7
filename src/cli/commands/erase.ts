import { Command } from 'commander'
import { EndcapError } from '../../core/errors.ts'
import type { Certificate } from '../erasing/certificate.ts'
import { erase } from '../erasing/erase.ts'
import { lift } from '../erasing/lift.ts'
import { readRequests } from '../erasing/requests.ts'
import { counted, runSteps } from '../progress.ts'

const EXAMPLES = `
Examples:
  endcap erase --data-dir shop --customer c-17          the server must be stopped
  endcap erase --data-dir shop --pending                all who asked by DELETE /v1/customers/{id}
  endcap erase --data-dir shop --customer c-17 --lift   c-17 may come back; nothing of before does`

type Options = {
  readonly dataDir: string
  readonly customer?: string
  readonly pending?: boolean
  readonly lift?: boolean
  readonly json?: boolean
}

/** `endcap erase`: a customer out of everything in a data folder, with a certificate. */
export function eraseCommand(): Command {
  return new Command('erase')
    .description('take a customer out of log, lake, state and model; print a certificate')
    .requiredOption('--data-dir <dir>', 'data folder of the shop')
    .option('--customer <id>', 'customer to erase')
    .option('--pending', 'erase all who asked a running server for it, one after the other')
    .option('--lift', 'let an erased customer come back: events of theirs are taken again from now on')
    .option('--json', 'the certificate as one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(options: Options): Promise<void> {
  const { dataDir, customer, pending, lift: isLift, json } = options
  if ((customer === undefined) === (pending !== true)) {
    throw new EndcapError('USAGE', 'say either --customer or --pending')
  }
  if (customer === undefined) {
    const asked = readRequests(dataDir).pending
    for (const { customer_id } of asked) await eraseOne({ ...options, customer: customer_id })
    if (asked.length === 0 && json !== true) process.stdout.write('nobody is waiting to be erased\n')
    return
  }
  if (isLift === true) {
    if (!lift({ dataDir, customer })) throw new EndcapError('NOT_FOUND', `'${customer}' has not been erased`)
    process.stdout.write(json === true ? `${JSON.stringify({ lifted: true })}\n` : 'events are taken again\n')
    return
  }
  await eraseOne({ ...options, customer })
}

async function eraseOne({ dataDir, customer, json }: Options & { readonly customer: string }): Promise<void> {
  let certificate: Certificate | undefined
  await runSteps([
    {
      title: 'erasing',
      run: async (report) => {
        certificate = await erase({ dataDir, customer, report })
        return `${counted(recordsOf(certificate))} records`
      },
    },
  ])
  if (certificate === undefined) throw new Error('bug: the step did not run')
  process.stdout.write(json === true ? `${JSON.stringify(certificate)}\n` : textOf(certificate))
}

const recordsOf = ({ records }: Certificate): number =>
  Object.values(records).reduce((sum, count) => sum + count, 0)

function textOf(certificate: Certificate): string {
  const { sessions, orders, dead_letters: deadLetters } = certificate
  const head = `${counted(recordsOf(certificate))} records, ${counted(sessions)} visits, ${counted(orders)} orders and ${counted(deadLetters)} dead letters erased\n`
  const lines = certificate.stores.map(({ store, outcome }) => `  ${store}: ${outcome.replace('_', ' ')}\n`)
  return head + lines.join('')
}
