import { EndcapError } from '../../../../core/errors.ts'

/** Which rows of a file do not count. */
export type DeletionVector = {
  readonly storageType: string
  readonly pathOrInlineDv: string
  readonly offset?: number
}

/** A file that became part of a table. Paths are URL-encoded, relative to the table, or absolute URIs. */
export type AddAction = {
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  readonly size: number
  readonly modificationTime: number
  readonly dataChange: boolean
  readonly stats?: string
  readonly deletionVector?: DeletionVector
}

export type RemoveAction = {
  readonly path: string
  readonly deletionTimestamp?: number
  readonly dataChange?: boolean
  readonly deletionVector?: DeletionVector
}

export type MetaDataAction = {
  readonly id: string
  readonly format: { readonly provider: string }
  /** JSON of a struct type. */
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  readonly createdTime?: number
}

export type ProtocolAction = {
  readonly minReaderVersion: number
  readonly minWriterVersion: number
  readonly readerFeatures?: readonly string[]
  readonly writerFeatures?: readonly string[]
}

/** An application's own version, committed together with its data: what makes a write happen once. */
export type TransactionAction = {
  readonly appId: string
  readonly version: number
  readonly lastUpdated?: number
}

/** One line of a commit. Of the kinds that are not named here no reader needs to know. */
export type DeltaAction = {
  readonly add?: AddAction
  readonly remove?: {
    readonly path: string
    readonly deletionTimestamp?: number
    readonly dataChange?: boolean
  }
  readonly metaData?: MetaDataAction
  readonly protocol?: ProtocolAction
  readonly txn?: TransactionAction
  readonly commitInfo?: Readonly<Record<string, unknown>>
}

/**
 * The actions of a commit or of rows of a checkpoint, a JSON object a line.
 * @throws EndcapError CORRUPT with file and line if one is no action
 * @source Delta transaction log protocol, section Actions
 */
export function parseActions(text: string, place: string): readonly DeltaAction[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const at = `${place}, line ${index + 1}`
    return [checked(parsed(line, at), at)]
  })
}

function parsed(line: string, place: string): DeltaAction {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return withoutNulls(value)
  } catch (cause) {
    throw damaged(place, 'is not JSON', cause)
  }
  throw damaged(place, 'is no action')
}

/**
 * Rows of a checkpoint have every kind of action as a column, and every member of it; those that are not there are
 * null. Values of partitions may be null and stay.
 */
const withoutNulls = (action: object): DeltaAction =>
  Object.fromEntries(
    present(action).map(([kind, member]) => [
      kind,
      typeof member === 'object' ? Object.fromEntries(present(member)) : member,
    ]),
  )

const present = (value: object): [string, NonNullable<unknown>][] =>
  Object.entries(value).filter(([, member]) => member !== null && member !== undefined)

function checked(action: DeltaAction, place: string): DeltaAction {
  const { add, remove, metaData, protocol, txn } = action
  const isWhole =
    (add === undefined ||
      (typeof add.path === 'string' && typeof (add.partitionValues ?? {}) === 'object')) &&
    (remove === undefined || typeof remove.path === 'string') &&
    (metaData === undefined ||
      (typeof metaData.schemaString === 'string' && Array.isArray(metaData.partitionColumns))) &&
    (protocol === undefined || Number.isSafeInteger(protocol.minReaderVersion)) &&
    (txn === undefined || (typeof txn.appId === 'string' && Number.isSafeInteger(Number(txn.version))))
  if (!isWhole) throw damaged(place, 'is an action that lacks a required member')
  return action
}

export const damaged = (place: string, message: string, cause?: unknown): EndcapError =>
  new EndcapError('CORRUPT', message, {
    place,
    cause,
    remedy: 'Restore the Delta table, or make it again from where it came.',
  })
