import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { EndcapError } from '../../core/errors.ts'
import { headOf, isGzip, isRecord } from './rows.ts'

/** A user's baskets, oldest first; items are numbers as in the file, from 0. */
export type UserBaskets = { readonly user: string; readonly baskets: readonly (readonly number[])[] }

/** Baskets by part of the file's own split; the last basket of each user is the one to tell. */
export type BasketSets = {
  /** Greatest item number + 1. */
  readonly itemCount: number
  readonly train: readonly UserBaskets[]
  readonly validate: readonly UserBaskets[]
  readonly test: readonly UserBaskets[]
}

const PARTS = ['train', 'validate', 'test'] as const
const FILE = /\.json(\.gz)?$/

/** Whether a file of the folder is `{train, validate, test: {user: [[item, ...], ...]}}`, told by its beginning. */
export const isBasketSets = (folder: string): boolean => basketFile(folder) !== undefined

function basketFile(folder: string): string | undefined {
  return readdirSync(folder)
    .filter((name) => FILE.test(name))
    .sort()
    .map((name) => join(folder, name))
    .find((path) => /^\s*\{\s*"(train|validate|test)"\s*:\s*\{\s*"[^"]*"\s*:\s*\[\s*\[/.test(headOf(path)))
}

/**
 * Reads the file of a folder that holds baskets already split into train, validate and test users.
 * @throws EndcapError BAD_INPUT_FILE if there is none, a part is missing, or a basket is no list of numbers
 */
export function readBasketSets(folder: string): BasketSets {
  const path = basketFile(folder)
  if (path === undefined) {
    throw new EndcapError('BAD_INPUT_FILE', `no JSON file of '${folder}' holds train, validate and test`)
  }
  const root = parsed(path)
  const [train, validate, test] = PARTS.map((part) => usersOf(root, part, basename(path)))
  const parts = { train: train ?? [], validate: validate ?? [], test: test ?? [] }
  let itemCount = 0
  for (const { baskets } of [...parts.train, ...parts.validate, ...parts.test]) {
    for (const basket of baskets) for (const item of basket) itemCount = Math.max(itemCount, item + 1)
  }
  return { itemCount, ...parts }
}

function parsed(path: string): Readonly<Record<string, unknown>> {
  try {
    const bytes = readFileSync(path)
    const value: unknown = JSON.parse((isGzip(path) ? gunzipSync(bytes) : bytes).toString('utf8'))
    if (isRecord(value)) return value
  } catch (cause) {
    throw new EndcapError('BAD_INPUT_FILE', `cannot read ${path}`, { cause })
  }
  throw new EndcapError('BAD_INPUT_FILE', `${path} is no JSON object`)
}

function usersOf(root: Readonly<Record<string, unknown>>, part: string, file: string): UserBaskets[] {
  const users = root[part]
  if (!isObject(users)) throw new EndcapError('BAD_INPUT_FILE', `'${part}' is missing`, { place: file })
  return Object.entries(users).map(([user, baskets]) => {
    if (isBaskets(baskets)) return { user, baskets }
    throw new EndcapError('BAD_INPUT_FILE', 'its baskets are no lists of item numbers from 0', {
      place: `${file}, ${part}, user '${user}'`,
    })
  })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isBaskets = (value: unknown): value is readonly (readonly number[])[] =>
  Array.isArray(value) && value.every((basket) => Array.isArray(basket) && basket.every(isItemNumber))

const isItemNumber = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e7
