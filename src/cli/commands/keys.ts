import { text } from 'node:stream/consumers'
import { Command, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { EndcapError } from '../../core/errors.ts'
import { keyOfText, newKey, type StoredKey } from '../../serving/access/api-key.ts'
import { changeKeys, readKeys } from '../../serving/access/key-file.ts'
import { isScope, SCOPES, type Scope } from '../../serving/access/scopes.ts'
import { shopFolders } from '../embedded-shop.ts'

const EXAMPLES = `
Examples:
  endcap keys create --data-dir shop --scope ingest,recommend --name storefront
  printenv SHOP_KEY | endcap keys add --data-dir shop --scope recommend      a key from a vault, made by create
  endcap keys list --data-dir shop
  endcap keys revoke 0123456789ab --data-dir shop

A running server sees a change within a second.`

type DataDir = { readonly dataDir: string }
type JsonOption = { readonly json?: boolean }

/** `endcap keys create|add|list|revoke`: who may call the server of a data folder. */
export function keysCommand(): Command {
  // Set before the verbs below are made, which take it over: wrong usage is exit code 2 for them too.
  const command = new Command('keys')
    .description('make, list and revoke API keys of a data folder')
    .exitOverride()
  command
    .command('create')
    .description('make a key and print it, once')
    .addOption(dataDirOption())
    .addOption(scopeOption())
    .addOption(nameOption())
    .addOption(jsonOption())
    .action(create)
  command
    .command('add')
    .description('let a key in that `create` made elsewhere; its text is read from stdin and not shown')
    .addOption(dataDirOption())
    .addOption(scopeOption())
    .addOption(nameOption())
    .action(add)
  command
    .command('list')
    .description('the keys, without their secrets')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(list)
  command
    .command('revoke')
    .description('end a key for good')
    .argument('<id>', 'the 12 digits after `ek_`')
    .addOption(dataDirOption())
    .action(revoke)
  return command.addHelpText('after', EXAMPLES)
}

const dataDirOption = () => new Option('--data-dir <dir>', 'data folder of the shop').makeOptionMandatory()
const scopeOption = () =>
  new Option('--scope <scopes>', `what it may do, of ${SCOPES.join(', ')}; commas between`)
    .argParser(parseScopes)
    .makeOptionMandatory()
const nameOption = () => new Option('--name <name>', 'what it is for; not a secret').argParser(parseName)
const jsonOption = () => new Option('--json', 'JSON on stdout')

type KeyOptions = DataDir & { readonly scope: readonly Scope[]; readonly name?: string }
type CreateOptions = KeyOptions & JsonOption

function create({ dataDir, scope, json, ...options }: CreateOptions): void {
  const name = options.name ?? null
  const { text: key, stored } = newKey({ scopes: scope, name, createdAt: systemClock() })
  changeKeys(shopFolders(dataDir).keys, (keys) => [...keys, stored])
  if (json === true) {
    const { id, scopes } = stored
    process.stdout.write(`${JSON.stringify({ key, id, name, scopes })}\n`)
    return
  }
  process.stdout.write(`${key}\n`)
  process.stderr.write('Keep it now: it is not stored and cannot be shown again.\n')
}

/** @throws EndcapError USAGE for a text that is no key, FORBIDDEN for a key that was revoked here */
async function add({ dataDir, scope, name }: KeyOptions): Promise<void> {
  const facts = { scopes: scope, name: name ?? null, createdAt: systemClock() }
  const key = keyOfText((await text(process.stdin)).trim(), facts)
  if (key === null) {
    throw new EndcapError('USAGE', 'what stdin has is no key', {
      remedy: 'Give the text that `endcap keys create` printed, and nothing else.',
    })
  }
  changeKeys(shopFolders(dataDir).keys, (keys) => {
    if (keys.some(({ id, revoked_at }) => id === key.id && revoked_at !== null)) {
      throw new EndcapError('FORBIDDEN', `key '${key.id}' was revoked`, { remedy: 'Make a new key.' })
    }
    return [...keys.filter(({ id }) => id !== key.id), key]
  })
  process.stdout.write(`key ${key.id} is let in\n`)
}

function list({ dataDir, json }: DataDir & JsonOption): void {
  const keys = readKeys(shopFolders(dataDir).keys)
  for (const { id, name, scopes, created_at, revoked_at } of keys) {
    const line =
      json === true
        ? JSON.stringify({ id, name, scopes, created_at, revoked_at })
        : [
            id,
            dayOf(created_at),
            revoked_at === null ? 'active' : `revoked ${dayOf(revoked_at)}`,
            scopes.join(','),
            name ?? '',
          ]
            .join('  ')
            .trimEnd()
    process.stdout.write(`${line}\n`)
  }
}

function revoke(id: string, { dataDir }: DataDir): void {
  changeKeys(shopFolders(dataDir).keys, (keys) => {
    if (!keys.some((key) => key.id === id)) {
      throw new EndcapError('NOT_FOUND', `there is no key '${id}'`, {
        remedy: `See \`endcap keys list --data-dir ${dataDir}\`.`,
      })
    }
    return keys.map((key) => (key.id === id ? revoked(key) : key))
  })
  process.stdout.write(`key ${id} is revoked\n`)
}

const revoked = (key: StoredKey): StoredKey => ({ ...key, revoked_at: key.revoked_at ?? systemClock() })

function parseScopes(text: string): readonly Scope[] {
  const scopes = [...new Set(text.split(',').map((word) => word.trim()))]
  if (scopes.every(isScope)) return scopes
  throw new InvalidArgumentError(`not a list of ${SCOPES.join(', ')}.`)
}

function parseName(text: string): string {
  if (/^[\x20-\x7e]{1,100}$/.test(text)) return text
  throw new InvalidArgumentError('not 1 to 100 printable ASCII characters.')
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
